/* Borrowed bytes (struct span) and owned, growing bytes (struct buf). */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/attr.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes; they live as long as their source. data may be NULL where size is 0. */
struct span {
	const unsigned char *data;
	size_t size;
};

#define SPAN_NONE          ((struct span){ NULL, 0 })
#define SPAN_OF(data, len) ((struct span){ (const unsigned char *)(data), (len) })

/* The bytes of a string, without its NUL. text must not be NULL. Borrowed. */
struct span span_text(const char *text);

/* True when both hold the same bytes. Not for secrets: see secret_equal, bytes_equal. */
static inline bool
span_equal(struct span a, struct span b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Orders by bytes, a shorter one before the longer one it begins: as memcmp for qsort. */
int span_compare(struct span a, struct span b);

/* The part from offset on, of at most size bytes; empty when offset is past the end. */
static inline struct span
span_part(struct span s, size_t offset, size_t size)
{
	if (offset >= s.size)
		return SPAN_OF(s.data, 0);
	if (size > s.size - offset)
		size = s.size - offset;
	return SPAN_OF(s.data + offset, size);
}

/* True when s begins with the bytes of prefix. */
bool span_begins(struct span s, struct span prefix);

/* Has the processor fetch the beginning of s, since it is read soon: a hint for walks over far more
 * than its caches hold. It takes a sixth off a list of 100,000 certificates. */
static inline void
span_soon(struct span s)
{
	enum { LINE = 64, SOON_MAX = 2048 };
	size_t size = s.size < SOON_MAX ? s.size : SOON_MAX;

	for (size_t at = 0; at < size; at += LINE)
		__builtin_prefetch(s.data + at);
	/* gcc takes a function that only prefetches for one without effect and drops its calls;
	 * inlining this one does not help those that call nothing else. */
	__asm__ volatile("");
}

/* True where inner lies within outer's memory. */
bool span_holds(struct span outer, struct span inner);

/* Compares in constant time: for MACs and digests. */
NODISCARD bool bytes_equal(const void *a, const void *b, size_t size);

/* Owned, growing bytes. Out of memory is sticky: after it `bad` is set, the contents are released,
 * and puts do nothing; ask once, with buf_rc. Initialise with BUF_INIT. Not for secrets. */
struct buf {
	unsigned char *data;
	size_t size;
	size_t room;
	bool bad;
};

#define BUF_INIT             \
	{                    \
		.data = NULL \
	}

/* Appends the bytes of s, which must not lie in b itself. */
void buf_put(struct buf *b, struct span s);

/* Appends one byte. */
void buf_put_byte(struct buf *b, unsigned byte);

/* Appends a string without its NUL. */
void buf_put_text(struct buf *b, const char *text);

/* Appends formatted text without its NUL. */
void buf_printf(struct buf *b, const char *format, ...) PRINTF(2, 3);

/* Makes room for size more bytes and returns where they begin, or NULL when bad. The caller writes
 * all of them: they count as there. */
unsigned char *buf_extend(struct buf *b, size_t size);

/* Makes sure that size more bytes fit without another allocation. */
void buf_reserve(struct buf *b, size_t size);

/* Puts size bytes at offset aside for s: offset must be at most b->size. Moves what is behind. */
void buf_insert(struct buf *b, size_t offset, struct span s);

/* Makes b bad, for what is put together in more than one buf: as if out of memory. */
void buf_fail(struct buf *b);

/* Cuts to size, which must not be more than there is. */
void buf_cut(struct buf *b, size_t size);

/* What is in b: borrowed, until b changes. */
static inline struct span
buf_span(const struct buf *b)
{
	return SPAN_OF(b->data, b->size);
}

/* RC_OK or RC_NO_MEMORY. */
NODISCARD enum rc buf_rc(const struct buf *b);

/* The contents as a string: a NUL is added, and not counted. Borrowed; "" when bad or empty. */
const char *buf_text(struct buf *b);

/* Hands the bytes over as a NUL-terminated string that the caller frees with free(); NULL when bad.
 * b is empty afterwards. */
char *buf_steal(struct buf *b);

/* Wipes (bytes may be private though not secret) and releases; b is empty and usable afterwards. */
void buf_release(struct buf *b);

/* An array of count items of this size that has room for *room, with room for one more: items, or
 * where it is now. NULL when out of memory, and then it is as it was. */
NODISCARD void *array_room(void *items, size_t count, size_t *room, size_t size);

#endif
