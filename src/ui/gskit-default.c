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

/* A database that is made of another has that one's. */
static enum rc
keep_default(struct op_call *call, struct err *err)
{
	const struct kdb *from = call->op->flags & OP_CREATES ? call->source : call->db;
	bool had = from && from->default_chosen;
	enum rc rc = run_operation(call, err);

	if (!rc && !had)
		kdb_set_default(call->db, NULL);
	return rc;
}

/* GSKit makes all files of a database at once, also one that holds nothing yet. */
static enum rc
make_database(struct op_call *call, struct err *err)
{
	enum rc rc = keep_default(call, err);

	if (!rc)
		call->db->all_parts = true;
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

/* What is the default for want of another is chosen now. */
static enum rc
set_default(struct op_call *call, struct err *err)
{
	enum rc rc = run_operation(call, err);

	if (!rc)
		kdb_set_default(call->db, call->db->default_entry);
	return rc;
}

/* A default that goes has no heir. */
static enum rc
drop_default(struct op_call *call, struct err *err)
{
	const struct entry *was = call->db->default_chosen ? call->db->default_entry : NULL;
	enum rc rc;

	kdb_set_default(call->db, NULL);
	rc = run_operation(call, err);
	if (!rc && was && kdb_position(call->db, was) >= 0)
		kdb_set_default(call->db, was);
	return rc;
}

void
gskit_choose_default(struct gskit *g, enum gskit_default how)
{
	static enum rc (*const runs[])(struct op_call *, struct err *) = {
		[GSKIT_KEEP_DEFAULT] = keep_default,  [GSKIT_MAKE_DEFAULT] = make_default,
		[GSKIT_SET_DEFAULT] = set_default,    [GSKIT_DROP_DEFAULT] = drop_default,
		[GSKIT_NEW_DATABASE] = make_database,
	};

	g->own_op = *g->op;
	g->own_op.run = runs[how];
	g->op = &g->own_op;
}
