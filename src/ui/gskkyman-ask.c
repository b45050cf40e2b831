/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gskkyman's flags left out, asked for in its words. */
#include "base/text.h"
#include "model/select.h"
#include "op/ops.h"
#include "ui/ask.h"
#include "ui/gskkyman.h"

#include <string.h>

/* Into *value, which is NULL; "" where ENTER is an answer and was it. */
static enum rc
ask(struct gsk *g, const struct gsk_value *what, struct err *err)
{
	const struct line_ask line = {
		.prompt = what->prompt,
		.help = what->help,
		.kind = what->kind,
	};
	struct buf *answer = &g->answers[what->flag];
	enum rc rc = lines_read(g->lines, &line, answer, err);

	if (!rc)
		rc = buf_rc(answer);
	if (rc)
		return err_default(err, rc);
	if (answer->size && memchr(answer->data, 0, answer->size))
		return err_set(err, RC_USAGE, "the answer has a NUL byte in it");
	if (!answer->size && !what->or_default)
		return err_set(err, RC_CANCELLED, "cancelled: nothing was changed");
	g->values[what->flag] = buf_text(answer);
	return RC_OK;
}

enum rc
gsk_ask_database(struct gsk *g, struct err *err)
{
	static const struct gsk_value database = {
		GSK_DATABASE,
		P_DB,
		"Enter key database name:",
		"The file that holds the certificates and keys.\nExample: /home/me/keys.kdb",
		LINE_FILE,
		false,
	};
	enum rc rc = RC_OK;

	if (!g->values[GSK_DATABASE])
		rc = ask(g, &database, err);
	/* A password is not asked for in vain. */
	if (!rc)
		rc = store_check(g->values[GSK_DATABASE], err);
	return rc ? rc : lines_secret(g->lines, "Enter database password:", &g->pass, err);
}

enum rc
gsk_set_database(const struct gsk *g, struct args *args, struct err *err)
{
	enum rc rc = args_set(args, P_DB, g->values[GSK_DATABASE], err);

	return rc ? rc : args_set_secret(args, P_PASS, g->pass, err);
}

/* ENTER: what means the default key. */
static enum rc
take_default(struct gsk *g, struct err *err)
{
	const struct kdb *db = &g->session.store.db;
	struct buf *label = &g->answers[GSK_LABEL];
	enum rc rc;

	if (!db->default_entry)
		return err_set(err, RC_NO_LABEL, "'%s' has no default key",
			       ESC(g->values[GSK_DATABASE]));
	rc = select_put_entry(label, db, db->default_entry);
	g->values[GSK_LABEL] = buf_text(label);
	return err_default(err, rc);
}

static const char *
word_of(const struct gsk_value *what, const char *value)
{
	return what->kind == LINE_FILE ? args_file_name(value) : value;
}

static enum rc
take_value(struct gsk *g, const struct gsk_value *what, struct err *err)
{
	const char **value = &g->values[what->flag];
	enum rc rc = RC_OK;

	if (!*value && what->prompt)
		rc = ask(g, what, err);
	if (!rc && *value && !**value && what->or_default)
		rc = take_default(g, err);
	if (rc || !*value)
		return rc;
	if (what->param != P_END)
		return args_set(&g->args, what->param, word_of(what, *value), err);
	if (what->prompt || what->flag == GSK_LABEL)
		rc = words_add(&g->args.words, word_of(what, *value));
	return err_default(err, rc);
}

static enum rc
check_new(struct gsk *g, const struct secret *pass, struct err *err)
{
	struct secret *again = NULL;
	enum rc rc;

	if (!secret_size(pass))
		return err_set(err, RC_USAGE, "the file needs a password that is not empty");
	rc = lines_secret(g->lines, g->command->pass_again, &again, err);
	if (!rc && !secret_equal(pass, again))
		rc = err_set(err, RC_NO_SECRET, "the passwords do not match");
	secret_free(&again);
	return rc;
}

static enum rc
ask_file_pass(struct gsk *g, struct err *err)
{
	bool is_new = g->command->pass_again;
	unsigned tries = lines_is_terminal(g->lines) ? ASK_TRIES : 1;
	struct secret *pass = NULL;
	enum rc rc;

	for (;;) {
		rc = lines_secret(g->lines, g->command->pass_prompt, &pass, err);
		if (!rc && is_new)
			rc = check_new(g, pass, err);
		if (rc != RC_NO_SECRET || !--tries)
			break;
		out_printf(g->v->out, "%s\n", err->message);
		err_clear(err);
		secret_free(&pass);
	}
	if (!rc)
		rc = args_set_secret(&g->args, g->command->pass, pass, err);
	secret_free(&pass);
	return rc;
}

enum rc
gsk_ask_values(struct gsk *g, struct err *err)
{
	enum rc rc = RC_OK;

	for (const struct gsk_value *what = g->command->values; !rc && what->flag != GSK_FLAGS;
	     what++)
		rc = take_value(g, what, err);
	if (!rc && g->command->pass != P_END)
		rc = ask_file_pass(g, err);
	return rc;
}
