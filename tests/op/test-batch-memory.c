/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each allocation of reading rows fails once: no row is read that differs from what the file says.
 */
#include "op/batch.h"

#include "../unit/fail-alloc.h"

#include <string.h>

/* Texts that the library's buffer grows for more than once, a number behind them. */
#define LONG "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char rows[] = "{\"label\":\"" LONG "\",\"names\":[\"x\",\"" LONG "\\u00e4" LONG
			   "\"],\"days\":30,\"no_names\":false,\"san\":[]}\n"
			   "{\"label\":7,\"subject\":\"CN=" LONG "\",\"days\":1}\n";

static const char values[] = LONG "\0x\0" LONG "\xc3\xa4" LONG "\0"
				  "30\0false\0"
				  "7\0CN=" LONG "\0"
				  "1";

static enum rc
read_rows(struct buf *unused)
{
	struct batch b = BATCH_INIT;
	struct err err = ERR_INIT;
	enum rc rc = batch_read(&b, "f", span_text(rows), &err);

	(void)unused;
	if (!rc) {
		assert_int_equal(b.count, 2);
		assert_true(span_equal(buf_span(&b.text), SPAN_OF(values, sizeof(values))));
	}
	batch_release(&b);
	return rc;
}

static void
rows_of_json(void **state)
{
	(void)state;
	fail_each(read_rows);
}

/* All of them from each on, as where memory is short. */
static void
and_none_after_it(void **state)
{
	long count = 0;
	enum rc rc;

	(void)state;
	none_after_it = true;
	do {
		(void)run_with(read_rows, count++, &rc);
		assert_true(rc == RC_OK || rc == RC_NO_MEMORY);
	} while (rc);
	none_after_it = false;
	assert_true(count > 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_json),
		cmocka_unit_test(and_none_after_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
