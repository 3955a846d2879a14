// What picture.mjs offers, for the compiler. It may say no more than that file does.

export function svg(screen: string, columns: number): string;
