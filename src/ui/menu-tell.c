/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What jobs show when they worked, and the heads of screens. */
#include "ui/menu.h"

#include "base/env.h"
#include "base/text.h"
#include "ui/info.h"

#include <stdlib.h>
#include <string.h>

void
menu_put_database(struct menu *m)
{
	info_put_head(m->out, "Database");
	info_put_path(m->out, m->path);
	menu_put(m, "\n\n");
}

void
menu_put_heads(struct menu *m)
{
	const struct kdb *db = &m->session.store.db;

	info_put_head(m->out, "Database");
	info_put_path(m->out, m->path);
	menu_put(m, "\n");
	info_put_expiration(m->out, db);
	info_put_type(m->out, db);
	menu_put(m, "\n");
}

void
menu_put_label(struct menu *m)
{
	info_put_head(m->out, "Label");
	out_escaped(m->out, buf_span(&m->label));
	menu_put(m, "\n\n");
}

/* --- certificates and their extensions --- */

/* One extension's contents, by its number in the list. */
static void
put_extension(struct menu *m, const struct info *info, const char *answer)
{
	uint64_t number = 0;
	size_t count = info_extension_count(info);

	if (text_number(&number, answer, count) || !number) {
		out_printf(m->out, "There is no extension '%s' here.\n", ESC(answer));
		return;
	}
	menu_put(m, "\n");
	info_put_extension(m->out, info, (size_t)number - 1);
	menu_pause(m);
}

static void
browse_extensions(struct menu *m, const struct info *info)
{
	static const struct line_ask ask = {
		.prompt = "\nEnter extension number (press ENTER to return to previous menu):",
		.help = "Type the number of an extension to see what it holds: 3.\n"
			"ENTER alone goes back.",
		.kind = LINE_OPTION,
	};
	struct buf answer = BUF_INIT;
	struct err err = ERR_INIT;
	bool back = false;

	while (!back && !m->leave) {
		info_put_extensions(m->out, info);
		back = menu_answer(m, &ask, &answer, &err) || !answer.size;
		if (!back)
			put_extension(m, info, buf_text(&answer));
	}
	buf_release(&answer);
}

/* From the list of extensions one comes back to this screen. */
static enum rc
show_certificate(struct menu *m, const struct info *info, struct err *err)
{
	static const struct line_ask ask = {
		.prompt = "\nEnter 1 to display extensions, 0 to return to menu:",
		.help = "Type 1 to choose among the extensions of this certificate.\n"
			"0 or ENTER goes back.",
		.kind = LINE_OPTION,
	};
	struct buf answer = BUF_INIT;
	const char *text;
	bool back;

	do {
		info_put_certificate(m->out, info, false);
		text = menu_answer(m, &ask, &answer, err) ? "" : buf_text(&answer);
		back = !*text || strcmp(text, "0") == 0;
		if (strcmp(text, "1") == 0)
			browse_extensions(m, info);
		else if (!back)
			out_printf(m->out, "There is no option '%s' here.\n", ESC(text));
	} while (!back && !m->leave);
	buf_release(&answer);
	/* One has seen what there was to see: going back is no failure. */
	return m->leave ? RC_CANCELLED : RC_OK;
}

enum rc
tell_certificate(struct job_run *j, const struct result *r, struct err *err)
{
	const struct info info = { .row = &r->rows[0], .db = r->db };

	return show_certificate(j->menu, &info, err);
}

enum rc
tell_key(struct job_run *j, const struct result *r, struct err *err)
{
	const struct info info = { .row = &r->rows[0], .db = r->db };

	(void)err;
	info_put_key(j->menu->out, &info);
	return RC_OK;
}

static enum rc
show_row(struct menu *m, const struct row *row, struct err *err)
{
	const struct info info = { .row = row };

	if (row->entry && row->entry->cert.span.size)
		return show_certificate(m, &info, err);
	info_put_key(m->out, &info);
	menu_pause(m);
	return m->leave ? RC_CANCELLED : RC_OK;
}

enum rc
tell_file(struct job_run *j, const struct result *r, struct err *err)
{
	const struct shown_file *file = &r->shown[0];
	enum rc rc = RC_OK;

	menu_put_notes(j->menu, &file->problems);
	menu_put_notes(j->menu, &file->notes);
	if (file->error.rc) {
		*err = file->error;
		return strstr(err->message, ESC(file->file))
			   ? err->rc
			   : err_prefix(err, "'%s'", ESC(file->file));
	}
	if (!file->row_count) {
		return err_set(err, RC_NOT_FOUND, "'%s' %s", ESC(file->file),
			       file->locked ? "shows no certificate without its passphrase"
					    : "holds no certificate");
	}
	for (size_t i = 0; !rc && i < file->row_count; i++)
		rc = show_row(j->menu, &file->rows[i], err);
	return rc;
}

/* --- databases --- */

enum rc
tell_created(struct job_run *j, const struct result *r, struct err *err)
{
	(void)r;
	(void)err;
	/* Its head will say FIPS. */
	if (j->menu->session.store.db.fips && !j->args.given[P_FIPS]) {
		menu_put(j->menu, "Note: a CMS database of version 6 keeps to what FIPS 140-3 "
				  "approves, with 0 as with 1\n");
	}
	menu_put(j->menu, "\nKey database ");
	info_put_path(j->menu->out, j->args.words.items[0]);
	menu_put(j->menu, " created.\n");
	return RC_OK;
}

enum rc
tell_deleted(struct job_run *j, const struct result *r, struct err *err)
{
	(void)r;
	(void)err;
	menu_put(j->menu, "\nKey database ");
	info_put_path(j->menu->out, j->args.words.items[0]);
	menu_put(j->menu, " deleted.\n");
	return RC_OK;
}

enum rc
tell_stashed(struct job_run *j, const struct result *r, struct err *err)
{
	char *path = store_stash_path(j->menu->path);

	(void)r;
	if (!path)
		return err_default(err, RC_NO_MEMORY);
	menu_put(j->menu, "\nDatabase password stored in ");
	info_put_path(j->menu->out, path);
	menu_put(j->menu, ".\n");
	free(path);
	return RC_OK;
}

enum rc
tell_length(struct job_run *j, const struct result *r, struct err *err)
{
	(void)err;
	if (r->db->record_length) {
		out_printf(j->menu->out, "\nDatabase record length is %llu.\n",
			   (unsigned long long)r->db->record_length);
	} else {
		menu_put(j->menu, "\nDatabase record length is not set.\n");
	}
	return RC_OK;
}

enum rc
tell_opened(struct job_run *j, const struct result *r, struct err *err)
{
	struct menu *m = j->menu;
	char when[TEXT_TIME_MAX];

	if (!r->db->expires || r->db->expires >= env_now())
		return RC_OK;
	(void)err_set(err, RC_PASSWORD_EXPIRED, "The password of '%s' expired on %s.", ESC(m->path),
		      text_time(when, r->db->expires));
	menu_tell_error(m, err);
	menu_put(m, "It can be used again once it has a new password.\n");
	return menu_do(m, &job_expired) ? RC_OK : RC_CANCELLED;
}

enum rc
tell_renamed(struct job_run *j, const struct result *r, struct err *err)
{
	struct buf *label = &j->menu->label;

	(void)r;
	label->size = 0;
	buf_put_text(label, j->args.words.items[1]);
	return err_default(err, buf_rc(label));
}
