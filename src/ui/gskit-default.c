/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which certificate is the default one once a key is new: with words the first becomes it, with
 * GSKit's commands none does unless that is said. It is part of the same change, so the operation
 * is run with this around it. */
#include "ui/gskit-parts.h"

static enum rc
run_operation(struct op_call *call, struct err *err)
{
	return op_find(call->op->noun, call->op->verb)->run(call, err);
}

static enum rc
keep_default(struct op_call *call, struct err *err)
{
	bool had = call->db->default_entry != NULL;
	enum rc rc = run_operation(call, err);

	if (!rc && !had)
		kdb_set_default(call->db, NULL);
	return rc;
}

static enum rc
make_default(struct op_call *call, struct err *err)
{
	const struct kdb *before = &call->store->db;
	const struct entry *e = NULL;
	enum rc rc = run_operation(call, err);

	for (size_t i = 0; !rc && i < call->db->count && !e; i++) {
		if (call->db->entries[i]->kind == ENTRY_KEY &&
		    kdb_position(before, call->db->entries[i]) < 0)
			e = call->db->entries[i];
	}
	if (e)
		kdb_set_default(call->db, e);
	return rc;
}

void
gskit_choose_default(struct gskit *g, bool yes)
{
	g->own_op = *g->op;
	g->own_op.run = yes ? make_default : keep_default;
	g->op = &g->own_op;
}
