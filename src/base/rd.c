/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rd.h"

struct rd
rd_of(struct span s)
{
	return (struct rd){ .all = s };
}

static uint64_t
big_endian(struct rd *rd, size_t size)
{
	struct span s = rd_take(rd, size);
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < s.size; i++)
		value = value << 8 | s.data[i];
	return value;
}

uint8_t
rd_u8(struct rd *rd)
{
	return (uint8_t)big_endian(rd, 1);
}

uint16_t
rd_be16(struct rd *rd)
{
	return (uint16_t)big_endian(rd, 2);
}

uint32_t
rd_be32(struct rd *rd)
{
	return (uint32_t)big_endian(rd, 4);
}

uint64_t
rd_be64(struct rd *rd)
{
	return big_endian(rd, 8);
}

struct span
rd_take(struct rd *rd, size_t size)
{
	struct span s;

	if (rd->bad || size > rd->all.size - rd->at) {
		rd->bad = true;
		return SPAN_NONE;
	}
	s = span_part(rd->all, rd->at, size);
	rd->at += size;
	return s;
}

size_t
rd_left(const struct rd *rd)
{
	return rd->bad ? 0 : rd->all.size - rd->at;
}

size_t
rd_where(const struct rd *rd)
{
	return rd->at;
}

bool
rd_bad(const struct rd *rd)
{
	return rd->bad;
}
