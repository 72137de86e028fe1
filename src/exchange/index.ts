export { exportModel } from './export-model.ts';
export type { Imported } from './imported.ts';
export { toJavaScript } from './javascript.ts';
export { MANIFEST, toMl5 } from './ml5-export.ts';
export { fromMl5, ml5Files } from './ml5-import.ts';
export { toOnnx } from './onnx.ts';
export { toPyTorch } from './pytorch-export.ts';
export { fromPyTorch, type PyTorchOptions } from './pytorch-import.ts';
export { looksLikeSafetensors } from './safetensors.ts';
