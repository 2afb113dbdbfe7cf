/** No engine but noble, which is loaded when first needed, and no RSA. */
export const nativeEngine: undefined = undefined;
export const repeatableNativeEngine: undefined = undefined;
