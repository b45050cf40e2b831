/* Text: UTF-8, case folding, escaping for terminals and JSON, hexadecimal, Base64, UTF-16, numbers,
 * times. No locale is ever asked. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"
#include "base/secret.h"

/* Takes the next code point of *s off its front. Returns it, or -1 for bytes that are not UTF-8
 * (overlong, surrogate, over U+10FFFF, cut off), and then takes one byte. -2 at the end. */
int32_t text_next(struct span *s);

/* Appends a code point as UTF-8; U+FFFD for what is none. */
void text_put(struct buf *b, uint32_t point);

/* True when all of s is UTF-8. */
bool text_is_utf8(struct span s);

/* True for what must not reach a terminal raw: C0 (tab and line feed too), DEL, C1,
 * bidi controls (U+061C, U+200E, U+200F, U+202A to 202E, U+2066 to 2069), what nobody sees (U+180E,
 * U+200B to 200D, U+2060 to 2064, U+FEFF; tags: U+E0001, U+E0020 to E007F), line and paragraph
 * separators (U+2028, U+2029), surrogates, and noncharacters. */
bool text_is_control(uint32_t point);

/* True for UTF-8 without any of these: it may reach a terminal as it stands. */
bool text_is_safe(struct span s);

/* How many bytes at the front of s are printable ASCII, and neither of these two characters. */
size_t text_plain(struct span s, char one, char other);

/* Appends s so that it is safe on a terminal and reads back without doubt: control characters as
 * \xHH (below U+0100) or \u{H...}, bytes that are not UTF-8 as \xHH, a backslash as \\. LF too is
 * escaped. */
void text_escape(struct buf *b, struct span s);

/* The same into a buffer of the caller's, cut at a whole character with "..." when it is too small;
 * returns out, so that it can stand in an argument list: ESC(name) makes one on the stack. size is
 * at least 8. */
const char *text_escape_into(char *out, size_t size, struct span s);

enum { TEXT_ESCAPED_MAX = 400 };

/* The escaped form of a string, alive until the end of the enclosing block. */
#define ESC(text)      ESC_SPAN(span_text(text))
#define ESC_SPAN(span) text_escape_into((char[TEXT_ESCAPED_MAX]){ 0 }, TEXT_ESCAPED_MAX, (span))

/* Appends s as a JSON string in its quotation marks, all ASCII: what is not becomes \u escapes, and
 * what is not UTF-8 U+FFFD. s must not lie in b. */
void text_put_json(struct buf *b, struct span s);

/* How many columns s takes on a terminal, after escaping. Wide East Asian characters count two,
 * combining marks none. */
size_t text_width(struct span s);

/* How many columns one printable character takes: 0, 1 or 2. */
unsigned text_columns(uint32_t point);

/* The simple case folding of a code point (Unicode CaseFolding.txt, status C and S). */
uint32_t text_fold(uint32_t point);

/* Appends the simple folding of UTF-8 text; bytes that are not UTF-8 stay as they are. */
void text_fold_all(struct buf *b, struct span s);

/* True when a and b are equal after text_fold. */
bool text_equal_folded(struct span a, struct span b);

/* True when a and b are equal with A to Z and a to z taken for the same. */
bool text_equal_ascii(const char *a, const char *b);

/* Takes the next item off a list with commas between, without the blanks around it; *list is NULL
 * behind the last. False when there is none. Borrowed. */
bool text_next_item(const char **list, struct span *item);

/* Takes the next line of *s off its front, with the LF that ends it, which *line is without. False
 * when there is none. Borrowed. */
bool text_next_line(struct span *s, struct span *line);

/* Appends lower-case hexadecimal. */
void text_put_hex(struct buf *b, struct span bytes);

/* Reads hexadecimal of either case, two digits a byte, nothing between. RC_DAMAGED otherwise; out
 * then has part of it. */
NODISCARD enum rc text_get_hex(struct buf *out, const char *text);

/* Appends Base64 (RFC 4648 section 4), padded, without line breaks. */
void text_put_base64(struct buf *b, struct span bytes);

/* Reads Base64, white space anywhere, padding optional at the end. RC_DAMAGED at any other byte;
 * *where (may be NULL) is its offset. What was read so far is in out. Not for secrets: see
 * text_get_base64_secret. */
NODISCARD enum rc text_get_base64(struct buf *out, struct span text, size_t *where);

/* The same for private keys: the bytes go straight into a new secret, which the caller frees. */
NODISCARD enum rc text_get_base64_secret(struct secret **out, struct span text, size_t *where);

/* Appends UTF-16BE as UTF-8; false when it held an unpaired surrogate or an odd byte (U+FFFD stands
 * for it). */
bool text_from_utf16be(struct buf *b, struct span bytes);

/* Appends UTF-8 as UTF-16BE with surrogate pairs, no terminator; false when s is not UTF-8. */
bool text_to_utf16be(struct buf *b, struct span s);

/* A decimal number: digits only, no sign, no blank, at most max. RC_USAGE for text that is no
 * number, RC_LIMIT when over. */
NODISCARD enum rc text_number(uint64_t *out, const char *text, uint64_t max);

enum { TEXT_TIME_MAX = 32 };

/* "2026-11-21T04:30:00Z" into out, which it returns. Years 0 to 9999. */
const char *text_time(char out[TEXT_TIME_MAX], int64_t when);

/* Reads RFC 3339 ("2026-11-21T04:30:00Z", "...+02:00", a blank or t for the T) or a date alone
 * (midnight UTC). RC_USAGE for anything else, days that do not exist among it. */
NODISCARD enum rc text_get_time(int64_t *out, const char *text);

struct text_date {
	int year;   /* 0 to 9999 */
	int month;  /* 1 to 12 */
	int day;    /* 1 to 31 */
	int hour;   /* 0 to 23 */
	int minute; /* 0 to 59 */
	int second; /* 0 to 59 */
};

/* Seconds since 1970 to a proleptic Gregorian date and time in UTC; what is outside of the years 0
 * to 9999 gives their first or last second. */
struct text_date text_date_of(int64_t when);

/* The other way; false when the date does not exist. A second of 60 counts as 59. */
bool text_date_seconds(int64_t *out, const struct text_date *date);

#endif
