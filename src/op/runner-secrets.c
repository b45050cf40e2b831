/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which secret comes from where, and when it is read. */
#include "base/text.h"
#include "codec/stash.h"
#include "op/runner.h"
#include "op/secret-source.h"

#include <stdio.h>
#include <string.h>

enum { OPTION_MAX = 32 };

static bool
is_new(const struct run *run, enum param p)
{
	return p == P_NEW_PASS || p == P_OUT_PASS || (p == P_PASS && run->flags & OP_NEW_SECRET);
}

static struct secret_wish
wish_of(const struct run *run, enum param p, const char *file, char option[OPTION_MAX])
{
	bool makes = p == P_PASS && run->flags & OP_NEW_SECRET;
	bool stashed = makes && run->args->given[P_STASH];

	(void)snprintf(option, OPTION_MAX, "--%s", param_info(p)->flag);
	return (struct secret_wish){
		.source = run->args->given[p] ? run->args->text[p] : NULL,
		.option = option,
		.file = file,
		.is_new = is_new(run, p),
		.stash_default = !is_new(run, p) && p != P_KEY_PASS,
		.may_generate_alone = stashed,
		.max = stashed ? STASH_SECRET_MAX : 0,
		.asker = run->asker,
		.result = run->result,
	};
}

/* A variable is wiped once it was read, so that a second option that names it gets what the first
 * read; P_END when there is none. */
static enum param
same_variable(const struct run *run, enum param p)
{
	const struct args *args = run->args;

	if (!args->given[p] || strncmp(args->text[p], "env:", 4) != 0)
		return P_END;
	for (int q = 0; q < P_COUNT; q++) {
		if (run->have[q] && (enum param)q != run->known && args->given[q] &&
		    args->text[q] && strcmp(args->text[q], args->text[p]) == 0)
			return (enum param)q;
	}
	return P_END;
}

/* In a transaction others may have read it, or are to write it. */
static enum rc
read_new(struct run *run, enum param p, const struct secret_wish *wish, struct secret **secret,
	 struct err *err)
{
	struct transaction *t = run->session->together;
	enum rc rc = RC_NOT_FOUND;

	if (t && wish->source)
		rc = transaction_secret(secret, t, wish->source);
	if (!rc)
		rc = secret_source_check_typed(*secret, wish, err);
	if (*secret && rc)
		secret_free(secret);
	if (rc != RC_NOT_FOUND)
		return err_default(err, rc);
	rc = secret_source_read(secret, &run->args->generated[p], wish, err);
	if (!rc && t && wish->source && strncmp(wish->source, "env:", 4) == 0)
		rc = err_default(err, transaction_keep_secret(t, wish->source, *secret));
	return rc;
}

static enum rc
read_source(struct run *run, enum param p, const struct secret_wish *wish, struct secret **secret,
	    struct err *err)
{
	enum param q = same_variable(run, p);
	enum rc rc;

	if (q == P_END)
		return read_new(run, p, wish, secret, err);
	rc = secret_copy(secret, run->args->secret[q]);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
run_secret(struct run *run, enum param p, const char *file, struct secret **out, struct err *err)
{
	struct args *args = run->args;
	struct secret *secret = NULL;
	char option[OPTION_MAX];
	struct secret_wish wish = wish_of(run, p, file, option);
	bool once = run->have[p] || wish.is_new ||
		    (run->args->given[p] && strcmp(run->args->text[p], "stash") != 0);
	enum rc rc;

	*out = NULL;
	if (run->have[p])
		rc = secret_source_check_typed(args->secret[p], &wish, err);
	else
		rc = read_source(run, p, &wish, &secret, err);
	if (rc)
		return rc;
	if (!once) {
		*out = secret;
		return RC_OK;
	}
	if (!run->have[p]) {
		secret_free(&args->secret[p]);
		args->secret[p] = secret;
		run->have[p] = true;
	}
	rc = secret_copy(out, args->secret[p]);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
run_read_secrets(struct run *run, struct err *err)
{
	struct args *args = run->args;
	bool reads_stdin = words_have_dash(&args->words) || args_read_stdin(args);
	struct secret *secret;
	enum rc rc = RC_OK;

	for (int p = 0; !rc && p < P_COUNT; p++) {
		if (param_info((enum param)p)->kind != PARAM_SECRET || !args->given[p] ||
		    run->have[p] || !secret_source_is_plain(args->text[p]))
			continue;
		if (secret_source_is_stdin(args->text[p]) && reads_stdin) {
			return err_set(err, RC_USAGE,
				       "standard input cannot be both '-' and the source of --%s",
				       param_info((enum param)p)->flag);
		}
		rc = run_secret(run, (enum param)p, run->path, &secret, err);
		secret_free(&secret);
	}
	return rc;
}

enum rc
run_database_pw(struct run *run, enum param p, const char *path, struct pw **pw, struct err *err)
{
	const char *source = run->args->given[p] ? run->args->text[p] : NULL;
	bool known = run->args->secret[p];
	bool public_is_enough = run->flags & OP_PUBLIC && !known;
	struct secret *secret = NULL;
	enum rc rc;

	*pw = NULL;
	if (!source && run->flags & OP_ASKS_NONE && !known)
		return RC_OK;
	if (source && public_is_enough && strcmp(source, "none") == 0)
		return RC_OK;
	rc = run_secret(run, p, path, &secret, err);
	if (rc == RC_NO_SECRET && !source && public_is_enough &&
	    (run->flags & OP_STASH_TOLD || !store_has_stash(path))) {
		err_clear(err);
		return RC_OK;
	}
	if (!rc) {
		rc = pw_new(pw, &secret, run->args->number[P_MAX_ITERATIONS]);
		if (rc)
			(void)err_default(err, rc);
	}
	secret_free(&secret);
	return rc;
}
