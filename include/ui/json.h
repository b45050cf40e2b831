/* A writer of JSON: one pass, no tree, all ASCII. */
#ifndef UI_JSON_H
#define UI_JSON_H

#include "ui/out.h"

/* Where it writes, and whether a comma is due. Borrowed out. */
struct json {
	struct out *out;
	bool comma;
};

/* Begins an object as the next value, or array element. */
void json_put_object(struct json *j);

/* Ends the object. */
void json_put_object_end(struct json *j);

/* Begins an array as the next value. */
void json_put_array(struct json *j);

/* Ends the array. */
void json_put_array_end(struct json *j);

/* Puts a key, of which the value follows. key needs no escape. */
void json_put_key(struct json *j, const char *key);

/* Puts a string: UTF-8, of which what is not ASCII or is a control character becomes \u escapes,
 * and what is not UTF-8 U+FFFD. */
void json_put_span(struct json *j, struct span text);

/* The same of what is in b; where b is bad, the output is from then on. */
void json_put_buf(struct json *j, const struct buf *b);

/* Puts a string, or null for NULL. */
void json_put_text(struct json *j, const char *text);

/* Puts a number. */
void json_put_number(struct json *j, uint64_t number);

/* Puts true or false. */
void json_put_bool(struct json *j, bool value);

/* Puts null. */
void json_put_null(struct json *j);

/* Puts bytes as a string of lower-case hexadecimal. */
void json_put_hex(struct json *j, struct span bytes);

/* Puts a time as RFC 3339. */
void json_put_time(struct json *j, int64_t when);

#endif
