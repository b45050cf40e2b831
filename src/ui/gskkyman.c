/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of gskkyman's flags, and how one runs. */
#include "ui/gskkyman.h"

#include "base/text.h"
#include "op/ops.h"
#include "ui/scan.h"

#include <string.h>

enum { DAYS_MAX_GSK = 9999 };

static const char file_help[] = "The name of a file; a relative one begins in this folder.\n"
				"Example: /home/me/server.p12";

static const struct gsk_value no_values[] = { { .flag = GSK_FLAGS } };

static const struct gsk_value display_values[] = {
	{ .flag = GSK_LABEL, .param = P_END },
	{ .flag = GSK_FLAGS },
};

static const struct gsk_value export_values[] = {
	{ GSK_LABEL, P_END, "Enter label (press ENTER to use the default key):",
	  "The label of a certificate with its private key; gskkyman -dc shows labels.\n"
	  "Example: Server Certificate",
	  LINE_LABEL, true },
	{ GSK_FILE, P_OUT, "Enter export file name:", file_help, LINE_FILE, false },
	{ .flag = GSK_FLAGS },
};

static const struct gsk_value import_values[] = {
	{ GSK_FILE, P_END, "Enter import file name:", file_help, LINE_FILE, false },
	{ GSK_LABEL, P_AS, "Enter label:",
	  "What certificate and key are to be called in the database.\n"
	  "Example: Server Certificate",
	  LINE_LABEL, false },
	{ .flag = GSK_FLAGS },
};

static const struct gsk_value sign_values[] = {
	{ GSK_LABEL, P_ISSUER,
	  "Enter label of the signing certificate (press ENTER to use the default key):",
	  "The label of a CA certificate with its private key.\n"
	  "Example: My CA",
	  LINE_LABEL, true },
	{ GSK_REQUEST, P_END, "Enter certificate request file name:", file_help, LINE_FILE, false },
	{ GSK_CERTIFICATE, P_OUT, "Enter certificate file name:", file_help, LINE_FILE, false },
	{ .flag = GSK_DAYS, .param = P_DAYS },
	{ .flag = GSK_CA, .param = P_END },
	{ .flag = GSK_CHAIN, .param = P_END },
	{ .flag = GSK_KEY_TYPE, .param = P_END },
	{ .flag = GSK_FLAGS },
};

/* --- Values that a table cannot give --- */

static enum rc
set(struct gsk *g, enum param p, const char *value, struct err *err)
{
	return args_set(&g->args, p, value, err);
}

static enum rc
convert_display(struct gsk *g, struct err *err)
{
	(void)err;
	if (g->values[GSK_LABEL])
		g->op = &op_cert_show;
	return RC_OK;
}

static enum rc
convert_export(struct gsk *g, struct err *err)
{
	enum rc rc = set(g, P_FORMAT, "p12", err);

	return rc ? rc : set(g, P_WITH_KEY, NULL, err);
}

/* --- The tables --- */

static const struct scan_option options[] = {
	[GSK_DATABASE] = { "-k", SCAN_ONE, GSK_DATABASE },
	[GSK_LABEL] = { "-l", SCAN_ONE, GSK_LABEL },
	[GSK_FILE] = { "-p", SCAN_ONE, GSK_FILE },
	[GSK_DAYS] = { "-x", SCAN_ONE, GSK_DAYS },
	[GSK_REQUEST] = { "-cr", SCAN_ONE, GSK_REQUEST },
	[GSK_CERTIFICATE] = { "-ct", SCAN_ONE, GSK_CERTIFICATE },
	[GSK_CA] = { "-ca", SCAN_NONE, GSK_CA },
	[GSK_CHAIN] = { "-ic", SCAN_NONE, GSK_CHAIN },
	[GSK_KEY_TYPE] = { "-kt", SCAN_ONE, GSK_KEY_TYPE },
	[GSK_TOKEN] = { "-t", SCAN_ONE, GSK_TOKEN },
	[GSK_DISPLAY] = { "-dc", SCAN_NONE, GSK_DISPLAY },
	[GSK_DISPLAY_ALL] = { "-dcv", SCAN_NONE, GSK_DISPLAY_ALL },
	[GSK_DISPLAY_DATABASE] = { "-dk", SCAN_NONE, GSK_DISPLAY_DATABASE },
	[GSK_EXPORT] = { "-e", SCAN_NONE, GSK_EXPORT },
	[GSK_IMPORT] = { "-i", SCAN_NONE, GSK_IMPORT },
	[GSK_SIGN] = { "-g", SCAN_NONE, GSK_SIGN },
	[GSK_STASH] = { "-s", SCAN_NONE, GSK_STASH },
	[GSK_HELP] = { "-h", SCAN_NONE, GSK_HELP },
	[GSK_QUESTION] = { "-?", SCAN_NONE, GSK_QUESTION },
};

static const struct gsk_command commands[] = {
	[GSK_DISPLAY] = {
		.op = &op_cert_list,
		.values = display_values,
		.pass = P_END,
		.convert = convert_display,
		.tell = gsk_tell_certificates,
	},
	[GSK_DISPLAY_ALL] = {
		.op = &op_cert_list,
		.values = display_values,
		.pass = P_END,
		.convert = convert_display,
		.tell = gsk_tell_certificates_whole,
	},
	[GSK_DISPLAY_DATABASE] = {
		.op = &op_db_show,
		.values = no_values,
		.pass = P_END,
		.tell = gsk_tell_database,
	},
	[GSK_EXPORT] = {
		.op = &op_cert_export,
		.values = export_values,
		.pass = P_OUT_PASS,
		.pass_prompt = "Enter export file password:",
		.pass_again = "Re-enter export file password:",
		.convert = convert_export,
		.tell = gsk_tell_exported,
	},
	[GSK_IMPORT] = {
		.op = &op_cert_import,
		.values = import_values,
		.pass = P_IN_PASS,
		.pass_prompt = "Enter import file password:",
		.tell = gsk_tell_imported,
	},
	[GSK_SIGN] = {
		.op = &op_csr_sign,
		.values = sign_values,
		.pass = P_END,
		.convert = gsk_convert_sign,
		.tell = gsk_tell_signed,
	},
	[GSK_STASH] = {
		.op = &op_db_stash,
		.values = no_values,
		.pass = P_END,
		.tell = gsk_tell_stashed,
	},
	[GSK_HELP] = { .op = NULL },
	[GSK_QUESTION] = { .op = NULL },
};

/* --- The command line --- */

static enum rc
take_command(struct gsk *g, int id, struct err *err)
{
	const char *name = options[id].name;

	if (g->command && g->command != &commands[id])
		return err_set(err, RC_USAGE, "%s and %s are two things to do: give one",
			       options[g->command - commands].name, name);
	if (g->command)
		return err_set(err, RC_USAGE, "%s is there twice", name);
	g->command = &commands[id];
	g->op = commands[id].op;
	return RC_OK;
}

static enum rc
take_item(struct gsk *g, const struct scan_item *item, struct err *err)
{
	if (item->id == SCAN_WORD)
		return err_set(err, RC_USAGE, "'%s' is neither a flag nor the value of one",
			       ESC(item->value));
	if (item->id >= GSK_FLAGS)
		return take_command(g, item->id, err);
	if (g->values[item->id])
		return err_set(err, RC_USAGE, "%s is there twice", item->name);
	if (item->value && !*item->value)
		return err_set(err, RC_USAGE, "%s needs a value, not an empty one", item->name);
	g->values[item->id] = item->value ? item->value : "";
	return RC_OK;
}

static enum rc
read_flags(struct gsk *g, int argc, char *const *argv, struct err *err)
{
	struct scan_item item;
	struct scan scan;
	enum rc rc;

	scan_start(&scan, options, ARRAY_SIZE(options), argc, argv);
	while (!(rc = scan_next(&scan, &item, err))) {
		rc = take_item(g, &item, err);
		if (rc)
			return rc;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool
takes(const struct gsk_command *command, enum gsk_flag flag)
{
	const struct gsk_value *value = command->values;

	if (flag == GSK_DATABASE)
		return true;
	while (value->flag != GSK_FLAGS && value->flag != flag)
		value++;
	return value->flag == flag;
}

static enum rc
check_key_type(const char *text, struct err *err)
{
	if (text && !gsk_is_key_type(text))
		return err_set(err, RC_USAGE, "-kt takes ecgen, ecdsa or ecdh, not '%s'",
			       ESC(text));
	return RC_OK;
}

static enum rc
check_days(const char *text, struct err *err)
{
	uint64_t days = 0;

	if (text && (text_number(&days, text, DAYS_MAX_GSK) || !days))
		return err_set(err, RC_USAGE, "-x takes 1 to %d days, not '%s'", DAYS_MAX_GSK,
			       ESC(text));
	return RC_OK;
}

static enum rc
check_flags(const struct gsk *g, struct err *err)
{
	enum rc rc;

	if (!g->command)
		return err_set(err, RC_USAGE,
			       "it is not said what to do: -dc, -dcv, -dk, -e, -i, -g or -s");
	if (!g->op)
		return RC_OK;
	if (g->values[GSK_TOKEN]) {
		return err_set(err, RC_USAGE,
			       "-t names a PKCS#11 token of ICSF, which only z/OS has; here a "
			       "database is named, with -k");
	}
	for (int flag = 0; flag < GSK_FLAGS; flag++) {
		if (g->values[flag] && !takes(g->command, (enum gsk_flag)flag))
			return err_set(err, RC_USAGE, "%s does not go with %s", options[flag].name,
				       options[g->command - commands].name);
	}
	if (g->values[GSK_CA] && g->values[GSK_KEY_TYPE])
		return err_set(err, RC_USAGE,
			       "-kt does not go with -ca: a CA's key signs certificates");
	rc = check_days(g->values[GSK_DAYS], err);
	return rc ? rc : check_key_type(g->values[GSK_KEY_TYPE], err);
}

/* --- The run --- */

/* Before anything else is asked: a passphrase that is wrong is told at once. */
static enum rc
open_database(struct gsk *g, struct err *err)
{
	struct result result = RESULT_INIT;
	struct args args = ARGS_INIT;
	enum rc rc;

	if (g->command->values->flag == GSK_FLAGS)
		return RC_OK;
	rc = gsk_set_database(g, &args, err);
	if (!rc)
		rc = op_run(&g->session, &op_cert_default, &args, &result, err);
	args_release(&args);
	result_release(&result);
	return rc;
}

static enum rc
run_command(struct gsk *g, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc;

	rc = gsk_set_database(g, &g->args, err);
	if (!rc && g->command->convert)
		rc = g->command->convert(g, err);
	g->session.confines = g->v->last;
	if (!rc)
		rc = op_run(&g->session, g->op, &g->args, &result, err);
	if (!rc) {
		g->v->changed = result.changed;
		rc = g->command->tell(g, &result, err);
	}
	for (size_t i = 0; !rc && i < result.warnings.count; i++)
		gsk_warn(g, result.warnings.items[i].message);
	result_release(&result);
	return rc;
}

static enum rc
run(struct gsk *g, struct err *err)
{
	enum rc rc = lines_new(&g->lines, g->v->out, err);

	if (!rc)
		rc = gsk_ask_database(g, err);
	if (!rc)
		rc = open_database(g, err);
	if (!rc)
		rc = gsk_ask_values(g, err);
	if (!rc)
		rc = run_command(g, err);
	return rc;
}

static void
put_failure(const struct gsk *g, const struct err *err, bool usage)
{
	struct out *notes = g->v->notes;

	out_flush(g->v->out);
	out_printf(notes, "%s\n", err->message);
	if (usage) {
		out_text(notes, "gskkyman -h shows the flags\n");
		return;
	}
	if (err->hint[0])
		out_printf(notes, "%s\n", err->hint);
	out_printf(notes, "Status 0x%08x - %s.\n", rc_cms(err->rc), rc_cms_text(err->rc));
}

static void
release(struct gsk *g)
{
	lines_free(&g->lines);
	secret_free(&g->pass);
	session_close(&g->session);
	args_release(&g->args);
	for (int i = 0; i < GSK_FLAGS; i++)
		buf_release(&g->answers[i]);
}

enum rc
gskkyman_run(struct view *v, int argc, char *const *argv, enum rc *status, struct err *err)
{
	struct gsk g = {
		.v = v,
		.session = SESSION_INIT,
		.args = ARGS_INIT,
	};
	bool usage;
	enum rc rc;

	g.session.keeps = true;
	rc = read_flags(&g, argc, argv, err);
	if (!rc)
		rc = check_flags(&g, err);
	usage = rc;
	if (!rc && g.op)
		rc = run(&g, err);
	else if (!rc)
		gsk_put_usage(v->out);
	release(&g);
	if (rc)
		put_failure(&g, err, usage);
	*status = rc ? RC_FAILED : RC_OK;
	return RC_OK;
}
