/* Bytes written in hexadecimal, for tests. */
#ifndef TESTS_HEX_H
#define TESTS_HEX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

/* The bytes of hexadecimal text, in a buffer that the caller releases. */
static inline struct span
hex(struct buf *b, const char *text)
{
	buf_cut(b, 0);
	assert_int_equal(text_get_hex(b, text), RC_OK);
	return buf_span(b);
}

/* Appends the bytes of text, or of what stands there otherwise when it is NULL. */
static inline void
hex_put(struct buf *out, const char *text, const char *otherwise)
{
	assert_int_equal(text_get_hex(out, text ? text : otherwise), RC_OK);
}

/* The bytes of hexadecimal text, in a buffer of their own. */
static inline struct buf
hex_buf(const char *text)
{
	struct buf out = BUF_INIT;

	(void)hex(&out, text);
	return out;
}

#endif
