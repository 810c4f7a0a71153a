// Why a model could not be loaded, in one sentence an operator can act on. Pure.

export function describeLoadFailure(modelPath: string, thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const cause = (message.split('\n', 1)[0] ?? '').trim().replace(/\.+$/, '');
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return `The inference engine node-llama-cpp is not installed: ${cause}.`;
  }
  if (code === 'ENOENT') return `The model file ${modelPath} does not exist.`;
  if (code === 'EACCES') return `The model file ${modelPath} may not be read by this user.`;
  if (
    /NoBinaryFound|no binary|prebuilt binar/i.test(`${thrown instanceof Error ? thrown.name : ''} ${message}`)
  ) {
    return `There is no inference engine binary for this platform (${process.platform} ${process.arch}): ${cause}.`;
  }
  if (/memory|VRAM/i.test(message)) {
    return `There is not enough memory for the model ${modelPath}: ${cause}.`;
  }
  return `The model file ${modelPath} is not a GGUF file that can be used; it may be damaged or incomplete: ${cause}.`;
}
