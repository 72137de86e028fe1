import { testComparisons } from '../support/comparisons.ts';

testComparisons(30);
