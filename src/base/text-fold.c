/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What depends on Unicode's tables: folding and columns. */
#include "base/text.h"

struct fold_run {
	uint32_t first;
	uint32_t last;
	uint32_t step;
	int32_t delta;
};

struct range {
	uint32_t first;
	uint32_t last;
};

static const struct fold_run folds[] = {
#define FOLD(first, last, step, delta) { first, last, step, delta },
#include "fold.def"
#undef FOLD
};

static const struct range wides[] = {
#define WIDE(first, last) { first, last },
#define ZERO(first, last)
#include "width.def"
#undef WIDE
#undef ZERO
};

static const struct range zeros[] = {
#define WIDE(first, last)
#define ZERO(first, last) { first, last },
#include "width.def"
#undef WIDE
#undef ZERO
};

static bool
is_among(const struct range *ranges, size_t count, uint32_t point)
{
	size_t from = 0;
	size_t middle;

	while (from < count) {
		middle = from + (count - from) / 2;
		if (point < ranges[middle].first)
			count = middle;
		else if (point > ranges[middle].last)
			from = middle + 1;
		else
			return true;
	}
	return false;
}

unsigned
text_columns(uint32_t point)
{
	if (point < 0x300)
		return 1;
	if (is_among(zeros, ARRAY_SIZE(zeros), point))
		return 0;
	return is_among(wides, ARRAY_SIZE(wides), point) ? 2 : 1;
}

uint32_t
text_fold(uint32_t point)
{
	size_t from = 0;
	size_t to = ARRAY_SIZE(folds);
	const struct fold_run *run;

	if (point < 0x80)
		return point >= 'A' && point <= 'Z' ? point - 'A' + 'a' : point;
	while (from < to) {
		run = &folds[from + (to - from) / 2];
		if (point < run->first)
			to = (size_t)(run - folds);
		else if (point > run->last)
			from = (size_t)(run - folds) + 1;
		else if ((point - run->first) % run->step)
			return point;
		else
			return (uint32_t)((int32_t)point + run->delta);
	}
	return point;
}

void
text_fold_all(struct buf *b, struct span s)
{
	const unsigned char *from;
	int32_t point;

	while (s.size > 0) {
		from = s.data;
		point = text_next(&s);
		if (point < 0)
			buf_put_byte(b, *from);
		else
			text_put(b, text_fold((uint32_t)point));
	}
}

/* The next folded character of *s; bytes that are not UTF-8 come out negative, each its own. */
static int32_t
next_folded(struct span *s)
{
	const unsigned char *from = s->data;
	int32_t point = text_next(s);

	if (point == -1)
		return -3 - *from;
	return point < 0 ? point : (int32_t)text_fold((uint32_t)point);
}

bool
text_equal_folded(struct span a, struct span b)
{
	while (a.size > 0 && b.size > 0)
		if (next_folded(&a) != next_folded(&b))
			return false;
	return a.size == b.size;
}
