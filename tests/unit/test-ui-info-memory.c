/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each allocation behind the information screens fails once: none is shown with something left out
 * as if it were whole. */
#include "fail-alloc.h"
#include "forge.h"
#include "kdb-make.h"

#include "ui/info.h"

#include <errno.h>
#include <stdio.h>

static struct row row;

static enum rc
run(void (*put)(struct out *out, const struct info *info))
{
	const struct info info = { .row = &row };
	FILE *file = fopen("/dev/null", "w");
	struct out out;

	assert_non_null(file);
	out_start(&out, file);
	put(&out, &info);
	(void)fclose(file);
	assert_int_equal(out.error, out.bad ? ENOMEM : 0);
	return out.bad ? RC_NO_MEMORY : RC_OK;
}

static void
put_certificate(struct out *out, const struct info *info)
{
	info_put_certificate(out, info, false);
}

static void
put_each_extension(struct out *out, const struct info *info)
{
	for (size_t i = 0; i < info_extension_count(info); i++)
		info_put_extension(out, info, i);
}

static enum rc
run_certificate(struct buf *b)
{
	(void)b;
	return run(put_certificate);
}

static enum rc
run_key(struct buf *b)
{
	(void)b;
	return run(info_put_key);
}

static enum rc
run_extensions(struct buf *b)
{
	(void)b;
	return run(info_put_extensions);
}

static enum rc
run_each_extension(struct buf *b)
{
	(void)b;
	return run(put_each_extension);
}

static void
screens_are_whole_or_failures(void **state)
{
	const struct recipe recipe = {
		.subject = "CN=a\\, b,O=c",
		.names = "dns:a dns:b",
		.ca = true,
		.key_ids = true,
		.ext = { { OID_EXT_AIA, false, "3010300e06082b060105050730018602613a" },
			 { OID_EXT_POLICY_MAPPINGS, false, "3000" } },
	};
	struct forged f = { .key = NULL };
	struct entry *e = make_entry(ENTRY_KEY, "a\033", NULL, "k");

	(void)state;
	forge(&f, &recipe, NULL);
	assert_int_equal(piece_copy(&e->cert, buf_span(&f.der)), RC_OK);
	row.entry = e;
	fail_each(run_certificate);
	fail_each(run_key);
	fail_each(run_extensions);
	fail_each(run_each_extension);
	entry_unref(&e);
	forge_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screens_are_whole_or_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
