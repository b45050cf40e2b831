/* Sticky reading of fixed-width fields: past the end everything reads as zero and the reader stays
 * bad, so that one check at the end of a run of fields is enough. */
#ifndef BASE_RD_H
#define BASE_RD_H

#include "base/buf.h"

struct rd {
	struct span all;
	size_t at;
	bool bad;
};

/* A reader at the first byte of s, which is borrowed. */
struct rd rd_of(struct span s);

/* One byte, then big-endian integers of 2, 4 and 8 bytes; 0 past the end. */
uint8_t rd_u8(struct rd *rd);
/* Two bytes, most significant first. */
uint16_t rd_be16(struct rd *rd);
/* Four bytes, most significant first. */
uint32_t rd_be32(struct rd *rd);
/* Eight bytes, most significant first. */
uint64_t rd_be64(struct rd *rd);

/* The next size bytes, borrowed; empty (and bad) when there are not so many. */
struct span rd_take(struct rd *rd, size_t size);

/* How many bytes are left; 0 when bad. */
size_t rd_left(const struct rd *rd);

/* The offset of the next byte. */
size_t rd_where(const struct rd *rd);

/* True once anything was read past the end. */
bool rd_bad(const struct rd *rd);

#endif
