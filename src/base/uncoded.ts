/**
 * Errors of the system that Deno gives no code (it knows but half of them, and among the others are a full quota, a
 * stale share, too many links and a disk without locks): told by the system's own words. Pure.
 * @module
 */

/** Codes by the words of glibc, musl and macOS; a library speaks English unless it is told otherwise. */
const CODES: Readonly<Record<string, string>> = {
  "Disk quota exceeded": "EDQUOT",
  "Disc quota exceeded": "EDQUOT",
  "Quota exceeded": "EDQUOT",
  "Stale file handle": "ESTALE",
  "Stale NFS file handle": "ESTALE",
  "Too many links": "EMLINK",
  "File too large": "EFBIG",
  "Too many open files in system": "ENFILE",
  "Text file busy": "ETXTBSY",
  "No such device": "ENODEV",
  "Operation not supported by device": "ENODEV",
  "No such device or address": "ENXIO",
  "Device not configured": "ENXIO",
  "Host is down": "EHOSTDOWN",
  "Remote I/O error": "EREMOTEIO",
  "Invalid or incomplete multibyte or wide character": "EILSEQ",
  "Illegal byte sequence": "EILSEQ",
  "No locks available": "ENOLCK",
  "Function not implemented": "ENOSYS",
  "Inappropriate ioctl for device": "ENOTTY",
  "Not a tty": "ENOTTY",
  "Structure needs cleaning": "EUCLEAN",
  "No medium found": "ENOMEDIUM",
  "Value too large for defined data type": "EOVERFLOW",
  "Value too large for data type": "EOVERFLOW",
  "Value too large to be stored in data type": "EOVERFLOW",
};

/** The same where the words are in the system's language (Windows), by numbers that no other system has. */
const NUMBERS: Readonly<Record<string, string>> = { "1142": "EMLINK", "1295": "EDQUOT" };

/** The code of an error by its message, as Deno writes it; "" for one that is not known. */
export function codeOfText(message: string): string {
  const [, words = "", number = ""] = /^(.*?) \(os error (\d+)\)/s.exec(message) ?? [];
  return CODES[words] ?? NUMBERS[number] ?? "";
}
