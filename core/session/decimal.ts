/** Whole numbers with commas between thousands, as valgrind prints them. */
export const decimal = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',')
