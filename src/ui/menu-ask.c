/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What questions do with their answers. */
#include "ui/menu.h"

#include "base/text.h"
#include "model/entry.h"
#include "op/facts.h"

#include <stdlib.h>
#include <string.h>

/* What `?` says where a question has no words of its own. */
static const char *const kind_help[LINE_KINDS] = {
	[LINE_OPTION] = "Type one of the numbers in the question and ENTER: 1 is yes, 0 is no.\n"
			"^C goes back to the menu.",
	[LINE_FILE] = "Type the name of a file, with its folder where it is not in this one:\n"
		      "/etc/tls/web.pem. TAB completes; ENTER alone goes back.",
	[LINE_LABEL] = "Type a label: up to 255 characters, blanks among them: Web server 2026.\n"
		       "It may not begin with '#' or 'sha256:'; ENTER alone goes back.",
	[LINE_NAME] = "Type this part of the subject name: for the organization Example Ltd.\n"
		      "ENTER alone leaves out a part that is optional.",
	[LINE_VALUE] = "Type the value and ENTER: for a number of days 365, for a host\n"
		       "web.example.com. ^C goes back to the menu.",
};

static enum rc
add_word(struct job_run *j, const char *text, struct err *err)
{
	const char *kept = job_keep(j, text);

	return kept ? words_add(&j->args.words, kept) : err_default(err, RC_NO_MEMORY);
}

static enum rc
take_file(struct job_run *j, const struct question *q, const char *answer, struct err *err)
{
	const char *path = args_file_name(answer);

	return q->take ? q->take(j, path, err) : job_set(j, q->param, path, err);
}

static enum rc
take(struct job_run *j, const struct question *q, const char *answer, struct err *err)
{
	if (!*answer && q->flags & ASK_REQUIRED)
		return err_set(err, RC_USAGE, "An answer is required here.");
	if (!*answer && !(q->flags & ASK_EMPTY_OK))
		return RC_CANCELLED;
	if (q->kind == LINE_FILE)
		return take_file(j, q, answer, err);
	return q->take ? q->take(j, answer, err) : job_set(j, q->param, answer, err);
}

static enum rc
ask_line(struct job_run *j, const struct question *q, struct err *err)
{
	struct menu *m = j->menu;
	struct line_ask ask = { .prompt = q->prompt,
				.help = q->help ? q->help : kind_help[q->kind],
				.kind = q->kind };
	struct buf answer = BUF_INIT;
	enum rc rc;

	if (q->take == take_name && m->remembered[j->name_part].size)
		ask.preset = buf_text(&m->remembered[j->name_part]);
	rc = menu_answer(m, &ask, &answer, err);
	if (!rc)
		rc = take(j, q, buf_text(&answer), err);
	buf_release(&answer);
	return rc;
}

static enum rc
ask_once(struct job_run *j, const struct question *q, struct err *err)
{
	const char *value;
	enum rc rc;

	if (q->flags & ASK_SECRET)
		return q->take(j, q->prompt, err);
	if (!q->choices)
		return ask_line(j, q, err);
	rc = job_choose(j, q->choices, &value, err);
	if (rc || !value)
		return rc ? rc : RC_CANCELLED;
	return q->take ? q->take(j, value, err) : job_set(j, q->param, value, err);
}

enum rc
job_ask(struct job_run *j, const struct question *q, struct err *err)
{
	enum rc rc;

	if (q->heading)
		out_printf(j->menu->out, "\n%s\n", q->heading);
	for (;;) {
		err_clear(err);
		rc = ask_once(j, q, err);
		if (!rc || rc == RC_CANCELLED || rc == RC_NO_MEMORY)
			return rc;
		if (!menu_again(j->menu, err))
			return RC_CANCELLED;
	}
}

static const struct choice *
find_choice(const struct choices *choices, const char *answer)
{
	for (const struct choice *c = choices->list; c->key; c++) {
		if (strcmp(c->key, answer) == 0 || (c->value && strcmp(c->value, answer) == 0))
			return c;
	}
	return NULL;
}

static enum rc
take_choice(const struct choices *choices, const char *answer, const struct choice **choice,
	    struct err *err)
{
	*choice = find_choice(choices, answer);
	if (!*choice)
		return err_set(err, RC_USAGE, "There is no choice '%s' here.", ESC(answer));
	if ((*choice)->refused)
		return err_set(err, (*choice)->refused, "%s", (*choice)->why);
	return RC_OK;
}

enum { CHOICES_MAX = 16 };

static enum rc
ask_choice(struct menu *m, const struct choices *choices, const struct choice **choice,
	   struct err *err)
{
	const char *words[CHOICES_MAX + 1] = { NULL };
	struct line_ask ask = { .prompt = choices->prompt,
				.help = choices->help,
				.kind = LINE_OPTION,
				.words = words };
	struct buf answer = BUF_INIT;
	size_t count = 0;
	enum rc rc;

	for (const struct choice *c = choices->list; c->key && count < CHOICES_MAX; c++) {
		if (c->value)
			words[count++] = c->value;
	}
	rc = menu_answer(m, &ask, &answer, err);
	*choice = NULL;
	if (!rc && answer.size)
		rc = take_choice(choices, buf_text(&answer), choice, err);
	buf_release(&answer);
	return rc;
}

enum rc
job_choose(struct job_run *j, const struct choices *choices, const char **value, struct err *err)
{
	struct menu *m = j->menu;
	const struct choice *choice = NULL;
	enum rc rc = RC_OK;

	while (!rc && choices) {
		menu_put_choices(m, choices);
		rc = ask_choice(m, choices, &choice, err);
		choices = !rc && choice ? choice->next : NULL;
	}
	*value = !rc && choice ? choice->value : NULL;
	return rc;
}

/* --- what the answers mean --- */

static enum rc
take_number(const char *answer, uint64_t least, uint64_t most, uint64_t *number, struct err *err)
{
	if (text_number(number, answer, most) || *number < least)
		return err_set(err, RC_USAGE, "'%s' is no number from %llu to %llu.", ESC(answer),
			       (unsigned long long)least, (unsigned long long)most);
	return RC_OK;
}

/* 1 is yes, 0 is no, and ENTER too where that is how one goes on. */
static enum rc
take_bool(const char *answer, bool *yes, struct err *err)
{
	*yes = strcmp(answer, "1") == 0;
	if (*yes || !*answer || strcmp(answer, "0") == 0)
		return RC_OK;
	return err_set(err, RC_USAGE, "'%s' is neither 1 nor 0.", ESC(answer));
}

enum rc
take_word(struct job_run *j, const char *answer, struct err *err)
{
	return add_word(j, answer, err);
}

enum rc
take_label(struct job_run *j, const char *answer, struct err *err)
{
	enum rc rc = label_check(span_text(answer), err);

	return rc ? rc : add_word(j, answer, err);
}

enum rc
take_as(struct job_run *j, const char *answer, struct err *err)
{
	enum rc rc = label_check(span_text(answer), err);

	return rc ? rc : job_set(j, P_AS, answer, err);
}

enum rc
take_expiry(struct job_run *j, const char *answer, struct err *err)
{
	uint64_t days = 0;
	enum rc rc = *answer ? take_number(answer, 0, MENU_DAYS_MAX, &days, err) : RC_OK;

	return rc ? rc : job_set(j, P_EXPIRE, *answer ? answer : "0", err);
}

static enum rc
check_length(const char *answer, struct err *err)
{
	uint64_t length;

	return *answer ? take_number(answer, MENU_LENGTH_MIN, MENU_LENGTH_MAX, &length, err)
		       : RC_OK;
}

enum rc
take_length(struct job_run *j, const char *answer, struct err *err)
{
	enum rc rc = check_length(answer, err);

	return rc ? rc : job_set(j, P_RECORD_LENGTH, *answer ? answer : "5000", err);
}

enum rc
take_length_word(struct job_run *j, const char *answer, struct err *err)
{
	enum rc rc = check_length(answer, err);

	return rc ? rc : add_word(j, *answer ? answer : "5000", err);
}

enum rc
take_fips(struct job_run *j, const char *answer, struct err *err)
{
	bool yes;
	enum rc rc = take_bool(answer, &yes, err);

	return rc || !yes ? rc : job_set(j, P_FIPS, NULL, err);
}

enum rc
take_yes(struct job_run *j, const char *answer, struct err *err)
{
	bool yes;
	enum rc rc = take_bool(answer, &yes, err);

	if (!rc && !yes)
		return RC_CANCELLED;
	return rc ? rc : job_set(j, P_YES, NULL, err);
}

enum rc
take_trust(struct job_run *j, const char *answer, struct err *err)
{
	bool yes;
	enum rc rc = take_bool(answer, &yes, err);

	return rc ? rc : add_word(j, yes ? "on" : "off", err);
}

enum rc
take_strong(struct job_run *j, const char *answer, struct err *err)
{
	bool yes;
	enum rc rc = take_bool(answer, &yes, err);

	(void)j;
	if (rc || yes)
		return rc;
	return err_set(
	    err, RC_WEAK,
	    "Export encryption (RC2 with 40 bits) is broken; 1 takes strong encryption.");
}

enum rc
take_days(struct job_run *j, const char *answer, struct err *err)
{
	uint64_t days;
	enum rc rc = *answer ? take_number(answer, 1, MENU_DAYS_MAX, &days, err) : RC_OK;

	return rc ? rc : job_set(j, P_DAYS, *answer ? answer : "365", err);
}

/* PKCS#7 takes the issuers along that are here; the other forms hold one certificate. */
enum rc
take_form(struct job_run *j, const char *answer, struct err *err)
{
	enum rc rc = job_set(j, P_FORMAT, answer, err);

	if (rc || strncmp(answer, "p7", 2) != 0)
		return rc;
	rc = job_set(j, P_ROOT, NULL, err);
	return rc ? rc : job_set(j, P_PARTIAL, NULL, err);
}

/* A certificate is signed with its issuer's key, whatever its own is. */
bool
job_has_digest(const struct job_run *j)
{
	const struct kdb *db = &j->menu->session.store.db;
	const struct row row = { .entry = kdb_find(db, buf_span(&j->menu->label)) };
	const char *type = j->args.given[P_KEY] ? j->args.text[P_KEY] : "";
	struct facts f;

	if (j->signing && row.entry) {
		facts_of(&f, &row, db);
		type = f.key;
	}
	return strcmp(type, "ed25519") != 0 && strcmp(type, "ed448") != 0;
}
