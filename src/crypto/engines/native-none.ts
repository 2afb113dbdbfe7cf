/** No engine but noble, which is loaded when first needed. */
export const nativeEngine: undefined = undefined;
