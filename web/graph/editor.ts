/** The script of the editor. */

export {};
