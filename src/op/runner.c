/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One order for all operations: values, secrets, lock, open, run on a copy, compare, confirm, write
 * the outputs beside their places, save, put the outputs there. */
#include "op/runner.h"

#include "base/confine.h"
#include "base/text.h"
#include "op/entry-make.h"

enum rc
op_check_words(const struct op *op, const struct args *args, struct err *err)
{
	const char *noun = op->noun ? op->noun : "";
	const char *blank = op->noun && op->verb ? " " : "";
	const char *verb = op->verb ? op->verb : "";
	size_t count = args->words.count;

	if (op->flags & OP_BATCH && args->given[P_BATCH]) {
		if (!count)
			return RC_OK;
		return err_set(err, RC_USAGE,
			       "'%s' is too much: with --batch labels come from its "
			       "file",
			       ESC(args->words.items[0]));
	}
	if (count < op->min_words)
		return err_set(err, RC_USAGE, "too few arguments: kyman %s%s%s %s", noun, blank,
			       verb, op->arguments);
	if (count <= op->max_words)
		return RC_OK;
	if (!op->max_words)
		return err_set(err, RC_USAGE, "'%s' is too much: kyman %s%s%s takes no argument",
			       ESC(args->words.items[0]), noun, blank, verb);
	return err_set(err, RC_USAGE, "'%s' is too much: kyman %s%s%s %s",
		       ESC(args->words.items[op->max_words]), noun, blank, verb, op->arguments);
}

/* The flags of op as they are for these arguments. */
static unsigned
flags_with(const struct op *op, const struct args *args)
{
	if (op->flags & OP_READ_ALONE && !args->words.count)
		return (op->flags & ~(unsigned)OP_WRITES) | OP_READS | OP_PUBLIC;
	if (op->flags & OP_BATCH && args->given[P_OUT_DIR])
		return (op->flags & ~(unsigned)OP_WRITES) | OP_READS;
	return op->flags;
}

/* ... and in this session. */
static unsigned
flags_of(const struct session *s, const struct op *op, const struct args *args)
{
	unsigned flags = flags_with(op, args);

	/* What is open for one that reads is open for those that write. */
	if (s->together && s->together->writes)
		flags &= ~(unsigned)(OP_PUBLIC | OP_STASH_TOLD);
	return flags;
}

bool
op_may_write(const struct op *op, const struct args *args)
{
	return flags_with(op, args) & OP_CHANGES;
}

static bool
writes(const struct run *run)
{
	return run->flags & OP_CHANGES;
}

static enum rc
prepare(struct run *run, struct err *err)
{
	struct session *s = run->session;
	struct op_call *call = &run->call;
	enum rc rc = RC_OK;

	if (writes(run) && !run->exists)
		rc = kdb_copy(&run->work, &s->store.db);
	if (rc)
		return err_default(err, rc);
	run_services(run);
	*call = (struct op_call){
		.op = run->op,
		.args = run->args,
		.db = run->path ? (writes(run) ? &run->work : &s->store.db) : NULL,
		.pw = run->pw     ? run->pw
		      : run->path ? s->store.pw
				  : NULL,
		.source = run->source_path ? &run->source.db : NULL,
		.source_codec = run->source.codec,
		.source_pw = run->source.pw,
		.path = run->path,
		.result = run->result,
		.services = &run->services,
		.store = run->path ? &s->store : NULL,
		.fips = s->fips,
		.stash_version = s->together ? transaction_stash(s->together) : 0,
	};
	return RC_OK;
}

/* A key that is lost. */
struct lost {
	struct span label; /* empty: there is none */
	bool is_secret;
};

/* The first that has a key, or had one before. */
static struct lost
first_key(const struct diff_list *list, bool before)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct diff_item *item = &list->items[i];
		const struct entry *e = before ? item->old_entry : item->entry;
		const struct request *r = before ? item->old_request : item->request;

		if (e && e->kind != ENTRY_CERT)
			return (struct lost){ entry_label(e), e->kind == ENTRY_SECRET };
		if (r)
			return (struct lost){ r->label.span, false };
	}
	return (struct lost){ SPAN_NONE, false };
}

static struct lost
lost_key(const struct kdb_diff *diff)
{
	struct lost removed = first_key(&diff->removed, false);

	return removed.label.size ? removed : first_key(&diff->replaced, true);
}

static enum rc
ask_about_keys(struct run *run, struct err *err)
{
	struct result *r = run->result;
	struct lost lost;
	enum rc rc;

	if (r->confirm || !r->diff.loses_key || run->call.replaces_key)
		return RC_OK;
	lost = lost_key(&r->diff);
	rc = result_confirm(r, "The %s key of '%s' goes, and cannot be brought back. Go on?",
			    lost.is_secret ? "secret" : "private", ESC_SPAN(lost.label));
	return rc ? err_default(err, rc) : RC_OK;
}

static bool
is_dry(const struct run *run)
{
	const struct transaction *together = run->session->together;

	return run->result->dry_run || (together && together->dry_run);
}

static enum rc
confirm(struct run *run, struct err *err)
{
	const char *question = run->result->confirm;
	bool yes = false;
	enum rc rc;

	if (!question || is_dry(run) || run->args->given[P_YES])
		return RC_OK;
	if (!run->asker) {
		(void)err_set(err, RC_USAGE, "nobody can be asked: %s", question);
		return err_hint(err, "--yes answers yes");
	}
	rc = run->asker->confirm(run->asker->self, question, &yes, err);
	if (rc == RC_NO_SECRET || rc == RC_USAGE) {
		(void)err_set(err, RC_USAGE, "nobody can be asked: %s", question);
		return err_hint(err, "--yes answers yes");
	}
	if (rc)
		return err_default(err, rc);
	return yes ? RC_OK : err_set(err, RC_CANCELLED, "cancelled: nothing was changed");
}

/* What would change; keys are shrouded first, since that puts other entries in their place. */
static enum rc
compare(struct run *run, struct err *err)
{
	struct result *r = run->result;
	struct store *st = &run->session->store;
	struct pw *pw = run->flags & OP_CREATES ? run->pw : st->pw;
	enum rc rc = RC_OK;

	if (!writes(run))
		return RC_OK;
	if (!r->dry_run && pw && !run->call.new_pw)
		rc = codec_shroud(&run->work, pw);
	if (!rc)
		rc = kdb_diff(&r->diff, &st->db, &run->work);
	if (rc)
		return err_default(err, rc);
	r->changed = r->changed || !kdb_diff_empty(&r->diff) || run->call.new_pw ||
		     run->call.deletes || run->flags & OP_CREATES;
	return ask_about_keys(run, err);
}

static enum rc
name_files(struct run *run, struct err *err)
{
	struct result *r = run->result;
	enum rc rc = RC_OK;

	if (run->flags & OP_CREATES)
		rc = result_file(r, run->path);
	for (size_t i = 0; !rc && i < r->output_count; i++)
		if (!output_is_stdout(&r->outputs[i]))
			rc = result_file(r, r->outputs[i].path);
	return rc ? err_default(err, rc) : RC_OK;
}

static enum rc
finish(struct run *run, struct err *err)
{
	enum rc later;
	enum rc rc = compare(run, err);

	if (!rc)
		rc = run_check_fips(run, err);
	if (!rc)
		rc = run_check_fits(run, err);
	if (!rc)
		rc = confirm(run, err);
	if (!rc)
		rc = name_files(run, err);
	if (!rc)
		rc = run_check_outputs(run, err);
	if (!rc && run->session->together)
		return run_hold(run, err);
	if (!rc)
		rc = run_stage_outputs(run, err);
	if (!rc && writes(run))
		rc = run_save(run, err);
	if (rc && !run->saved)
		return rc;
	/* The sync of the folder failed, no more: what belongs to the change is written still. */
	later = run_commit_outputs(run, err);
	return rc ? rc : later;
}

static void
describe(struct run *run)
{
	struct result *r = run->result;
	const struct store *st = &run->session->store;
	const struct codec *codec = st->codec ? st->codec : run->call.how.codec;

	if (!run->path)
		return;
	r->database = st->path ? st->path : run->path;
	r->type = codec ? codec->name : NULL;
	r->verified = st->db.verified;
	r->db = run->unsaved ? &r->after : &st->db;
}

/* True where nothing is written but to standard output. A new passphrase may go to a file. */
static bool
only_reads(const struct run *run)
{
	const bool *given = run->args->given;

	return !writes(run) && !given[P_OUT] && !given[P_KEY_OUT] && !given[P_OUT_PASS] &&
	       !given[P_OUT_DIR];
}

static enum rc
steps(struct run *run, struct err *err)
{
	enum rc rc = op_check_words(run->op, run->args, err);

	if (!rc && run->session->together)
		rc = transaction_takes(run->op, err);
	if (!rc)
		rc = run_find_path(run, err);
	if (!rc)
		rc = run_find_kept(run, err);
	if (!rc)
		rc = run_read_secrets(run, err);
	/* Where the kernel has no such thing, we do without. */
	if (!rc && run->session->confines && only_reads(run))
		(void)confine(CONFINE_ALL);
	if (!rc)
		rc = run_open(run, err);
	if (!rc && run->session->fips)
		rc = run_check_opened(run, err);
	if (rc || run->done)
		return rc;
	rc = run_check_paths(run, err);
	if (!rc)
		rc = prepare(run, err);
	describe(run);
	if (!rc)
		rc = run->op->run(&run->call, err);
	return rc ? err_default(err, rc) : finish(run, err);
}

static enum rc
run_once(struct session *s, const struct op *op, struct args *args, struct result *result,
	 struct err *err)
{
	struct run run = {
		.session = s,
		.op = op,
		.flags = flags_of(s, op, args),
		.args = args,
		.result = result,
		.asker = args->given[P_NO_INPUT] ? NULL : s->asker,
		.notes = warnings_notes(&result->warnings),
		.source = STORE_INIT,
		.aside = STORE_INIT,
		.known = P_END,
	};
	enum rc rc;

	if (!s->is_open || (!s->keeps && !s->together))
		session_close(s);
	for (int p = 0; p < P_COUNT; p++)
		run.have[p] = args->secret[p] != NULL;
	result->dry_run = args->given[P_DRY_RUN];
	rc = steps(&run, err);
	describe(&run);
	run_drop_outputs(&run);
	/* Others need not wait until the result is printed. */
	if (!s->together)
		store_unlock(&s->store);
	run_settle(&run, rc);
	if (s->together && s->together->dry_run)
		result->dry_run = true;
	kdb_release(&run.work);
	store_close(&run.source);
	store_close(&run.aside);
	pw_free(&run.pw);
	pw_free(&run.call.new_pw);
	return rc;
}

/* As it was before a run; what was made is made again, with the file that it goes to. */
static void
forget(struct args *args, struct result *result, struct err *err)
{
	for (int p = 0; p < P_COUNT; p++)
		if (args->generated[p])
			secret_free(&args->secret[p]);
	result_release(result);
	err_clear(err);
}

enum rc
op_run(struct session *s, const struct op *op, struct args *args, struct result *result,
       struct err *err)
{
	struct err local = ERR_INIT;
	bool keeps = op->flags & OP_CREATES && if_exists_of(args) == IF_EXISTS_KEEP;
	enum rc rc;

	if (!err)
		err = &local;
	rc = run_once(s, op, args, result, err);
	if (rc != RC_EXISTS || !keeps || s->together)
		return rc;
	/* Another process may have made it in the meantime. */
	forget(args, result, err);
	return run_once(s, op, args, result, err);
}
