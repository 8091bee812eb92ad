export const ORIGIN = "https://almanac.example";
