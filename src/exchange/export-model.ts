import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { ExportFormat } from '../config/options.ts';
import { toJavaScript } from './javascript.ts';
import { toMl5 } from './ml5-export.ts';
import { toOnnx } from './onnx.ts';
import { toPyTorch } from './pytorch-export.ts';

/**
 * A model in another format, as files by their names: one, or of ml5 those of its folder.
 * @param runtime the code of a JavaScript module, see `toJavaScript`
 * @throws RnnError where the format has no such model
 */
export function exportModel(
  checkpoint: Checkpoint,
  format: ExportFormat,
  runtime: () => string,
): Map<string, Uint8Array> {
  switch (format) {
    case 'onnx':
      return new Map([['model.onnx', toOnnx(checkpoint)]]);
    case 'safetensors':
      return new Map([['model.safetensors', toPyTorch(checkpoint)]]);
    case 'ml5':
      return toMl5(checkpoint);
    case 'js':
      return new Map([['model.js', new TextEncoder().encode(toJavaScript(checkpoint, runtime()))]]);
    default:
      return format satisfies never;
  }
}
