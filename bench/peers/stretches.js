/** Median characters per second of five stretches of `step`, after half a second to warm up. */
export async function medianRate(step, characters, seconds) {
  const stretch = async (limit) => {
    const start = performance.now();
    let count = 0;
    while (count === 0 || performance.now() - start < limit) {
      await step();
      count++;
    }
    return (count * characters * 1000) / (performance.now() - start);
  };
  await stretch(500);
  const rates = [];
  for (let i = 0; i < 5; i++) rates.push(await stretch(seconds * 200));
  return rates.sort((a, b) => a - b)[2];
}
