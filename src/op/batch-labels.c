/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "op/batch-job.h"

#include <stdlib.h>

struct batch_name {
	struct span folded;
	size_t row;
};

static int
compare(const void *a, const void *b)
{
	const struct batch_name *x = a;
	const struct batch_name *y = b;
	int order = span_compare(x->folded, y->folded);

	return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* Folds them into one text; where each begins is known before where that lies. */
static enum rc
fold_all(struct batch_labels *labels, const struct batch *rows)
{
	size_t end = 0;

	for (size_t i = 0; i < rows->count; i++) {
		text_fold_all(&labels->text, span_text(batch_label(rows, i)));
		labels->items[i] = (struct batch_name){ { NULL, labels->text.size - end }, i };
		end = labels->text.size;
	}
	if (labels->text.bad)
		return RC_NO_MEMORY;
	/* No row has a label. */
	if (!labels->text.data)
		return RC_OK;
	end = 0;
	for (size_t i = 0; i < rows->count; i++) {
		struct span *s = &labels->items[i].folded;

		s->data = labels->text.data + end;
		end += s->size;
	}
	return RC_OK;
}

static enum rc
check_twice(const struct batch_labels *labels, const struct batch *rows, struct err *err)
{
	const struct batch_name *items = labels->items;
	size_t first = SIZE_MAX;

	/* Of all the one that comes first in the file. */
	for (size_t i = 1; i < labels->count; i++) {
		if (span_equal(items[i].folded, items[i - 1].folded) &&
		    (first == SIZE_MAX || items[i].row < items[first].row))
			first = i;
	}
	if (first == SIZE_MAX)
		return RC_OK;
	(void)err_set(err, RC_DUPLICATE, "the label '%s' is that of line %zu",
		      ESC(batch_label(rows, items[first].row)),
		      rows->rows[items[first - 1].row].line);
	return batch_blame(rows, rows->rows[items[first].row].line, err);
}

enum rc
batch_labels_make(struct batch_labels *labels, const struct batch *rows, struct err *err)
{
	enum rc rc;

	labels->items = calloc(rows->count, sizeof(*labels->items));
	if (!labels->items)
		return err_default(err, RC_NO_MEMORY);
	rc = fold_all(labels, rows);
	if (rc)
		return err_default(err, rc);
	labels->count = rows->count;
	qsort(labels->items, labels->count, sizeof(*labels->items), compare);
	return check_twice(labels, rows, err);
}

/* The first that is not before it. */
static size_t
lower_bound(const struct batch_labels *labels, struct span folded)
{
	size_t low = 0;
	size_t high = labels->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_compare(labels->items[middle].folded, folded) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
batch_labels_find(const struct batch_labels *labels, const struct batch *rows, struct span label)
{
	struct buf folded = BUF_INIT;
	size_t row = SIZE_MAX;
	size_t at;

	text_fold_all(&folded, label);
	at = lower_bound(labels, buf_span(&folded));
	if (at < labels->count && span_equal(labels->items[at].folded, buf_span(&folded)) &&
	    span_equal(span_text(batch_label(rows, labels->items[at].row)), label))
		row = labels->items[at].row;
	buf_release(&folded);
	return row;
}

void
batch_labels_release(struct batch_labels *labels)
{
	buf_release(&labels->text);
	free(labels->items);
}
