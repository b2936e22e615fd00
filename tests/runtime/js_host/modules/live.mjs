export let total = 1;
export const add = (more) => { total += more; }, unused = [];
export const { x, y: [z = 3, ...rest], ...others } = { x: 1, y: [undefined, 4, 5], q: 6 };
export async function* later() {}
