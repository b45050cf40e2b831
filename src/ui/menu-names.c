/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions about who a certificate is for, and about passphrases. */
#include "ui/menu.h"

#include "base/text.h"
#include "op/secret-source.h"
#include "pki/dn.h"
#include "pki/name.h"

#include <stdlib.h>
#include <string.h>

/* In gskkyman's order, which is that of RFC 4514 as well: the most specific first. */
static const char *const part_types[NAME_PARTS] = { "CN", "OU", "O", "L", "ST", "C" };

/* "TYPE=value", with the escapes of RFC 4514 section 2.4. */
static void
put_part(struct buf *out, const char *type, const char *value)
{
	size_t size = strlen(value);

	buf_printf(out, "%s=", type);
	for (size_t i = 0; i < size; i++) {
		bool edge = value[i] == ' ' && (i == 0 || i + 1 == size);

		if (edge || strchr("\"+,;<>\\", value[i]) || (i == 0 && value[i] == '#'))
			buf_put_byte(out, '\\');
		buf_put_byte(out, (unsigned char)value[i]);
	}
}

/* Says what is wrong with a part while it can still be typed again. */
static enum rc
check_part(const struct buf *part, struct err *err)
{
	struct buf copy = BUF_INIT;
	struct buf der = BUF_INIT;
	enum rc rc;

	buf_put(&copy, buf_span(part));
	rc = buf_rc(&copy);
	if (!rc)
		rc = dn_parse(&der, buf_text(&copy), err);
	buf_release(&copy);
	buf_release(&der);
	return err_default(err, rc);
}

/* All but the common name comes up again at the next subject. */
static void
remember(struct job_run *j, int part, const char *answer)
{
	struct buf *b = &j->menu->remembered[part];

	if (part == 0)
		return;
	b->size = 0;
	buf_put_text(b, answer);
}

/* Which part it is, by how many were there: each question comes once it was answered well. */
enum rc
take_name(struct job_run *j, const char *answer, struct err *err)
{
	int part = j->name_part;
	struct buf text = BUF_INIT;
	enum rc rc = RC_OK;

	if (*answer) {
		put_part(&text, part_types[part], answer);
		rc = buf_rc(&text);
	}
	if (!rc && *answer)
		rc = check_part(&text, err);
	if (!rc) {
		if (j->name.size && text.size)
			buf_put_byte(&j->name, ',');
		buf_put(&j->name, buf_span(&text));
		remember(j, part, answer);
		j->name_part++;
		rc = buf_rc(&j->name);
	}
	if (!rc && j->name_part == NAME_PARTS)
		rc = job_set(j, P_SUBJECT, buf_text(&j->name), err);
	buf_release(&text);
	return err_default(err, rc);
}

/* --- alternative names --- */

/* "TYPE:answer", checked while it can still be typed again. */
static enum rc
add_name(struct job_run *j, const char *type, const char *answer, struct err *err)
{
	struct buf text = BUF_INIT;
	struct buf der = BUF_INIT;
	enum rc rc;

	buf_printf(&text, "%s:%s", type, answer);
	rc = buf_rc(&text);
	if (!rc)
		rc = name_parse(&der, buf_text(&text), err);
	if (!rc)
		rc = job_set(j, P_SAN, buf_text(&text), err);
	buf_release(&text);
	buf_release(&der);
	return err_default(err, rc);
}

static enum rc
ask_name(struct job_run *j, const char *type, struct err *err)
{
	static const struct {
		const char *type;
		const char *prompt;
		const char *help;
	} names[] = {
		{ "dir", "Enter directory name (press ENTER to return to list):",
		  "Type a distinguished name as RFC 4514 writes it:\nCN=web,O=Example Ltd,C=US" },
		{ "dns", "Enter domain name (press ENTER to return to list):",
		  "Type a host name, with * for all hosts of a domain:\nweb.example.com" },
		{ "email", "Enter e-mail address (press ENTER to return to list):",
		  "Type a mail address:\nadmin@example.com" },
		{ "ip", "Enter network address (press ENTER to return to list):",
		  "Type an address, version 4 or 6:\n192.0.2.7" },
		{ "uri", "Enter uniform resource identifier (press ENTER to return to list):",
		  "Type a URI with its scheme:\nhttps://web.example.com/" },
	};
	struct line_ask ask = { .kind = LINE_VALUE };
	struct buf answer = BUF_INIT;
	enum rc rc;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i].type, type) == 0) {
			ask.prompt = names[i].prompt;
			ask.help = names[i].help;
		}
	}
	rc = menu_answer(j->menu, &ask, &answer, err);
	if (!rc && answer.size)
		rc = add_name(j, type, buf_text(&answer), err);
	buf_release(&answer);
	return rc;
}

/* Until ENTER says that the names are complete. */
static enum rc
ask_names(struct job_run *j, struct err *err)
{
	const char *type = NULL;
	enum rc rc = RC_OK;

	while (!rc) {
		rc = job_choose(j, &choices_name, &type, err);
		if (!rc && !type)
			return RC_OK;
		if (!rc)
			rc = ask_name(j, type, err);
		if (rc && rc != RC_CANCELLED && menu_again(j->menu, err))
			rc = RC_OK;
	}
	return RC_CANCELLED;
}

enum rc
take_names(struct job_run *j, const char *answer, struct err *err)
{
	bool is_ca = j->args.given[P_PROFILE] && strcmp(j->args.text[P_PROFILE], "ca") == 0;
	enum rc rc = RC_OK;

	if (strcmp(answer, "1") == 0)
		rc = ask_names(j, err);
	else if (*answer && strcmp(answer, "0") != 0)
		return err_set(err, RC_USAGE, "'%s' is neither 1 nor 0.", ESC(answer));
	if (!rc && !j->args.list[P_SAN].count && !is_ca)
		rc = job_set(j, P_NO_NAMES, NULL, err);
	return rc;
}

/* --- passphrases --- */

static enum rc
ask_pass(struct job_run *j, const char *prompt, struct secret **secret, struct err *err)
{
	enum rc rc = menu_secret(j->menu, prompt, secret, err);

	if (!rc && !secret_size(*secret)) {
		secret_free(secret);
		return RC_CANCELLED;
	}
	return rc;
}

static enum rc
ask_old(struct job_run *j, enum param p, const char *prompt, struct err *err)
{
	struct secret *secret = NULL;
	enum rc rc = ask_pass(j, prompt, &secret, err);

	if (!rc)
		rc = args_set_secret(&j->args, p, secret, err);
	secret_free(&secret);
	return rc;
}

static enum rc
ask_new(struct job_run *j, enum param p, const char *prompt, const char *again_prompt,
	struct err *err)
{
	struct secret *secret = NULL;
	struct secret *again = NULL;
	enum rc rc = ask_pass(j, prompt, &secret, err);

	if (!rc)
		rc = menu_secret(j->menu, again_prompt, &again, err);
	if (!rc && !secret_equal(secret, again))
		rc = err_set(err, RC_NO_SECRET, "The two passwords differ.");
	if (!rc)
		rc = args_set_secret(&j->args, p, secret, err);
	secret_free(&secret);
	secret_free(&again);
	return rc;
}

enum rc
take_pass(struct job_run *j, const char *prompt, struct err *err)
{
	return ask_old(j, P_PASS, prompt, err);
}

enum rc
take_created_pass(struct job_run *j, const char *prompt, struct err *err)
{
	return ask_new(j, P_PASS, prompt, "Re-enter database password:", err);
}

enum rc
take_new_pass(struct job_run *j, const char *prompt, struct err *err)
{
	return ask_new(j, P_NEW_PASS, prompt, "Re-enter database password:", err);
}

enum rc
take_in_pass(struct job_run *j, const char *prompt, struct err *err)
{
	return ask_old(j, P_IN_PASS, prompt, err);
}

enum rc
take_out_pass(struct job_run *j, const char *prompt, struct err *err)
{
	return ask_new(j, P_OUT_PASS, prompt, "Re-enter export file password:", err);
}

enum rc
take_to_pass(struct job_run *j, const char *prompt, struct err *err)
{
	return ask_old(j, P_TO_PASS, prompt, err);
}
