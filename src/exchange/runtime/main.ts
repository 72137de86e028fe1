import { createModel, type ExportedModel } from './model.ts';

/** Stands behind this bundle in every exported module. */
declare function model(): ExportedModel;

export const { vocabulary, sample, next } = createModel(model());
