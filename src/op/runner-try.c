/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a save would refuse: asked before all is written. */
#include "base/text.h"
#include "op/runner.h"

static const struct codec *
codec_of(const struct run *run)
{
	return run->flags & OP_CREATES ? run->call.how.codec : run->session->store.codec;
}

enum rc
run_no_passphrase(const struct run *run, struct err *err)
{
	return err_set(err, RC_NO_SECRET, "'%s' cannot be saved without its passphrase",
		       ESC(run->path));
}

enum rc
run_try(struct run *run, const struct kdb *db, struct err *err)
{
	const struct store *st = &run->session->store;
	struct store_new how = { .codec = codec_of(run), .pw = st->pw };
	struct kdb copy = KDB_INIT;
	enum rc rc;

	if (run->call.deletes)
		return RC_OK;
	if (run->flags & OP_CREATES)
		how.pw = run->pw;
	if (run->call.new_pw)
		how.pw = run->call.new_pw;
	if (!how.pw)
		return run_no_passphrase(run, err);
	rc = kdb_copy(&copy, db);
	rc = rc ? err_default(err, rc) : store_try(st, &copy, &how, &run->notes, err);
	kdb_release(&copy);
	return rc;
}
