/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each line of the menus does, and what it asks for, in gskkyman's words and order. */
#include "ui/menu-jobs.h"

#include "op/ops.h"

#define TO_MENU "(press ENTER to return to menu):"

/* --- questions --- */

static const struct question ask_database = {
	.prompt = "Enter key database name " TO_MENU,
	.kind = LINE_FILE,
	.take = take_word,
};

/* The database that is there already comes from the command line. */
static bool
has_no_word(const struct job_run *j)
{
	return !j->args.words.count;
}

static const struct question ask_open_database = {
	.prompt = "Enter key database name " TO_MENU,
	.kind = LINE_FILE,
	.take = take_word,
	.when = has_no_word,
};

static const struct question ask_pass = {
	.prompt = "Enter database password " TO_MENU,
	.flags = ASK_SECRET,
	.take = take_pass,
};

static const struct question ask_created_pass = {
	.prompt = "Enter database password " TO_MENU,
	.flags = ASK_SECRET,
	.take = take_created_pass,
};

static const struct question ask_new_pass = {
	.prompt = "Enter new database password " TO_MENU,
	.flags = ASK_SECRET,
	.take = take_new_pass,
};

static const struct question ask_expiry = {
	.prompt = "Enter password expiration in days (press ENTER for no expiration):",
	.help = "Type a number of days from 0 to 9999, after which the password must be changed:\n"
		"365. 0 or ENTER alone: it does not expire.",
	.kind = LINE_VALUE,
	.flags = ASK_EMPTY_OK,
	.take = take_expiry,
};

static const struct question ask_length = {
	.prompt = "Enter database record length (press ENTER to use 5000):",
	.help = "Type how long a record may be: 5000, or ENTER alone, holds keys of RSA with 4096\n"
		"bits. In PKCS#12 the number is kept, and means nothing.",
	.kind = LINE_VALUE,
	.flags = ASK_EMPTY_OK,
	.take = take_length,
};

static const struct question ask_length_word = {
	.prompt = "Enter database record length (press ENTER to use 5000):",
	.help = "Type how long a record may be: 5000, or ENTER alone, holds keys of RSA with 4096\n"
		"bits. In PKCS#12 the number is kept, and means nothing.",
	.kind = LINE_VALUE,
	.flags = ASK_EMPTY_OK,
	.take = take_length_word,
};

static const struct question ask_fips = {
	.prompt = "Enter 1 for FIPS mode database or 0 to continue:",
	.help = "Type 1 to keep the database to what FIPS 140-3 approves; this cannot be undone.\n"
		"0 or ENTER alone: as it comes; a .kdb is of CMS version 6, which does so, too.",
	.kind = LINE_OPTION,
	.flags = ASK_EMPTY_OK,
	.take = take_fips,
};

static const struct question ask_delete_database = {
	.prompt = "Enter 1 to delete the database, its requests and its stash, 0 to cancel:",
	.help = "Type 1 to delete the files for good: the keys in them cannot be brought back.\n"
		"0 goes back to the menu.",
	.kind = LINE_OPTION,
	.take = take_yes,
};

static const struct question ask_parameters = {
	.choices = &choices_parameters,
	.take = take_word,
};

static const struct question ask_parameter_file = {
	.prompt = "Enter key parameter file name " TO_MENU,
	.kind = LINE_FILE,
	.param = P_OUT,
};

static const struct question ask_certificate_file = {
	.prompt = "Enter certificate file name " TO_MENU,
	.kind = LINE_FILE,
	.take = take_word,
};

static const struct question ask_import_file = {
	.prompt = "Enter import file name " TO_MENU,
	.kind = LINE_FILE,
	.take = take_word,
};

static const struct question ask_import_pass = {
	.prompt = "Enter import file password " TO_MENU,
	.flags = ASK_SECRET,
	.take = take_in_pass,
};

static const struct question ask_import_label = {
	.prompt = "Enter label " TO_MENU,
	.kind = LINE_LABEL,
	.take = take_as,
};

static const struct question ask_label = {
	.prompt = "Enter label " TO_MENU,
	.kind = LINE_LABEL,
	.take = take_label,
};

static const struct question ask_usage = { .choices = &choices_usage, .param = P_PROFILE };
static const struct question ask_key = { .choices = &choices_key, .param = P_KEY };
static const struct question ask_signed_key = { .choices = &choices_signed_key, .param = P_KEY };

static const struct question ask_digest = {
	.choices = &choices_digest,
	.param = P_HASH,
	.when = job_has_digest,
};

static const struct question ask_request_file = {
	.prompt = "Enter request file name " TO_MENU,
	.kind = LINE_FILE,
	.param = P_OUT,
};

static const struct question ask_cn = {
	.heading = "Enter subject name for certificate",
	.prompt = "  Common name (required):",
	.kind = LINE_NAME,
	.flags = ASK_REQUIRED,
	.take = take_name,
};

static const struct question ask_ou = {
	.prompt = "  Organizational unit (optional):",
	.kind = LINE_NAME,
	.flags = ASK_EMPTY_OK,
	.take = take_name,
};

static const struct question ask_o = {
	.prompt = "  Organization (required):",
	.kind = LINE_NAME,
	.flags = ASK_REQUIRED,
	.take = take_name,
};

static const struct question ask_l = {
	.prompt = "  City/Locality (optional):",
	.kind = LINE_NAME,
	.flags = ASK_EMPTY_OK,
	.take = take_name,
};

static const struct question ask_st = {
	.prompt = "  State/Province (optional):",
	.kind = LINE_NAME,
	.flags = ASK_EMPTY_OK,
	.take = take_name,
};

static const struct question ask_c = {
	.prompt = "  Country/Region (2 characters - required):",
	.help = "Type the two letters of the country: US, DE, JP.\n^C goes back to the menu.",
	.kind = LINE_NAME,
	.flags = ASK_REQUIRED,
	.take = take_name,
};

static const struct question ask_days = {
	.prompt = "Enter number of days certificate will be valid (default 365):",
	.help = "Type a number of days from 1 to 9999: 720. No certificate outlives the CA's.\n"
		"ENTER alone: 365.",
	.kind = LINE_VALUE,
	.flags = ASK_EMPTY_OK,
	.take = take_days,
};

static const struct question ask_names = {
	.prompt = "Enter 1 to specify subject alternate names or 0 to continue:",
	.help = "Type 1 to give host names or addresses: clients of today look at nothing else.\n"
		"0: none.",
	.kind = LINE_OPTION,
	.flags = ASK_EMPTY_OK,
	.take = take_names,
};

static const struct question ask_trust = {
	.prompt = "Enter 1 if trusted, 0 if untrusted:",
	.help = "Type 1 if it may build and end the paths of certificates, else 0.\n"
		"ENTER alone goes back.",
	.kind = LINE_OPTION,
	.take = take_trust,
};

static const struct question ask_to = {
	.prompt = "Enter key database name " TO_MENU,
	.kind = LINE_FILE,
	.param = P_TO,
};

static const struct question ask_to_pass = {
	.prompt = "Enter database password " TO_MENU,
	.flags = ASK_SECRET,
	.take = take_to_pass,
};

static const struct question ask_export = { .choices = &choices_export, .take = take_form };
static const struct question ask_export_key = { .choices = &choices_export_key, .param = P_FORMAT };

static const struct question ask_export_file = {
	.prompt = "Enter export file name " TO_MENU,
	.kind = LINE_FILE,
	.param = P_OUT,
};

static const struct question ask_export_pass = {
	.prompt = "Enter export file password " TO_MENU,
	.flags = ASK_SECRET,
	.take = take_out_pass,
};

static const struct question ask_strong = {
	.prompt = "Enter 1 for strong encryption, 0 for export encryption:",
	.help = "Type 1: AES with 256 bits. Export encryption is refused.\n"
		"ENTER alone goes back.",
	.kind = LINE_OPTION,
	.take = take_strong,
};

static const struct question ask_delete = {
	.prompt = "Enter 1 to confirm delete, 0 to cancel:",
	.help = "Type 1 to delete it for good: a key cannot be brought back.\n"
		"0 goes back to the menu.",
	.kind = LINE_OPTION,
	.take = take_yes,
};

/* --- jobs --- */

static const struct question *const create_questions[] = { &ask_database, &ask_created_pass,
							   &ask_expiry,   &ask_length,
							   &ask_fips,     NULL };
const struct job job_create = {
	.op = &op_db_create,
	.questions = create_questions,
	.tell = tell_created,
	.next = &screen_key_management,
	.flags = JOB_DATABASE | JOB_KEEPS,
};

static const struct question *const open_questions[] = { &ask_open_database, &ask_pass, NULL };
const struct job job_open = {
	.op = &op_db_show,
	.questions = open_questions,
	.tell = tell_opened,
	.next = &screen_key_management,
	.flags = JOB_DATABASE | JOB_KEEPS | JOB_SILENT,
};

static const struct question *const expired_questions[] = { &ask_new_pass, &ask_expiry, NULL };
const struct job job_expired = {
	.op = &op_db_passwd,
	.questions = expired_questions,
	.done = "Database password changed.",
};

static const struct question *const passwd_questions[] = { &ask_database, &ask_pass, &ask_new_pass,
							   &ask_expiry, NULL };
const struct job job_passwd = {
	.op = &op_db_passwd,
	.questions = passwd_questions,
	.done = "Database password changed.",
	.flags = JOB_DATABASE,
};

static const struct question *const length_questions[] = { &ask_database, &ask_pass,
							   &ask_length_word, NULL };
const struct job job_set_length = {
	.op = &op_db_record_length,
	.questions = length_questions,
	.done = "Database record length changed.",
	.flags = JOB_DATABASE,
};

static const struct question *const delete_database_questions[] = { &ask_database,
								    &ask_delete_database, NULL };
const struct job job_delete_database = {
	.op = &op_db_delete,
	.questions = delete_database_questions,
	.tell = tell_deleted,
	.flags = JOB_DATABASE,
};

static const struct question *const parameters_questions[] = { &ask_parameters, &ask_parameter_file,
							       NULL };
const struct job job_parameters = {
	.op = &op_param_create,
	.questions = parameters_questions,
	.done = "Key parameter file created.",
	.flags = JOB_WORKS,
};

static const struct question *const show_questions[] = { &ask_certificate_file, NULL };
const struct job job_show_file = {
	.op = &op_show,
	.questions = show_questions,
	.tell = tell_file,
	.flags = JOB_SILENT,
};

/* What a user or a server asks an outside CA for. */
static enum rc
as_peer(struct job_run *j, struct err *err)
{
	return job_set(j, P_PROFILE, "peer", err);
}

static const struct question *const request_questions[] = {
	&ask_key, &ask_digest, &ask_request_file, &ask_label, &ask_cn,    &ask_ou,
	&ask_o,   &ask_l,      &ask_st,           &ask_c,     &ask_names, NULL
};
const struct job job_request = {
	.op = &op_csr_create,
	.questions = request_questions,
	.prepare = as_peer,
	.done = "Certificate request created.",
	.flags = JOB_WORKS,
};

static const struct question *const receive_questions[] = { &ask_certificate_file, NULL };
const struct job job_receive = {
	.op = &op_cert_receive,
	.questions = receive_questions,
	.done = "Certificate received.",
};

static const struct question *const self_signed_questions[] = {
	&ask_usage, &ask_key, &ask_digest, &ask_label, &ask_cn,    &ask_ou, &ask_o,
	&ask_l,     &ask_st,  &ask_c,      &ask_days,  &ask_names, NULL
};
const struct job job_self_signed = {
	.op = &op_cert_create,
	.questions = self_signed_questions,
	.done = "Certificate created.",
	.flags = JOB_WORKS,
};

static const struct question *const import_questions[] = { &ask_import_file, &ask_import_label,
							   NULL };
const struct job job_import = {
	.op = &op_cert_add,
	.questions = import_questions,
	.done = "Certificate imported.",
};

static const struct question *const import_key_questions[] = { &ask_import_file, &ask_import_pass,
							       &ask_import_label, NULL };
const struct job job_import_key = {
	.op = &op_cert_import,
	.questions = import_key_questions,
	.done = "Certificate and key imported.",
};

const struct job job_default_key = {
	.op = &op_cert_show,
	.prepare = job_default_label,
	.tell = tell_key,
};

const struct job job_stash = {
	.op = &op_db_stash,
	.tell = tell_stashed,
};

const struct job job_length = {
	.op = &op_db_show,
	.tell = tell_length,
};

const struct job job_certificate = {
	.op = &op_cert_show,
	.tell = tell_certificate,
	.flags = JOB_LABEL | JOB_SILENT,
};

const struct job job_key = {
	.op = &op_cert_show,
	.tell = tell_key,
	.flags = JOB_LABEL,
};

const struct job job_default = {
	.op = &op_cert_default,
	.done = "Default key set.",
	.flags = JOB_LABEL,
};

static const struct question *const trust_questions[] = { &ask_trust, NULL };
const struct job job_trust = {
	.op = &op_cert_trust,
	.questions = trust_questions,
	.done = "Record updated.",
	.flags = JOB_LABEL,
};

static const struct question *const copy_questions[] = { &ask_to, &ask_to_pass, NULL };
const struct job job_copy = {
	.op = &op_cert_copy,
	.questions = copy_questions,
	.done = "Record copied.",
	.flags = JOB_LABEL,
};

static const struct question *const export_questions[] = { &ask_export, &ask_export_file, NULL };
const struct job job_export = {
	.op = &op_cert_export,
	.questions = export_questions,
	.done = "Certificate exported.",
	.flags = JOB_LABEL,
};

static const struct question *const export_key_questions[] = { &ask_export_key, &ask_export_file,
							       &ask_export_pass, &ask_strong,
							       NULL };
const struct job job_export_key = {
	.op = &op_cert_export,
	.questions = export_key_questions,
	.prepare = job_export_with_key,
	.done = "Certificate and key exported.",
	.flags = JOB_LABEL,
};

static const struct question *const delete_questions[] = { &ask_delete, NULL };
const struct job job_delete_key = {
	.op = &op_cert_delete,
	.questions = delete_questions,
	.done = "Certificate and key deleted.",
	.flags = JOB_LABEL | JOB_BACK,
};

const struct job job_delete = {
	.op = &op_cert_delete,
	.questions = delete_questions,
	.done = "Certificate deleted.",
	.flags = JOB_LABEL | JOB_BACK,
};

static const struct question *const rename_questions[] = { &ask_label, NULL };
const struct job job_rename = {
	.op = &op_cert_rename,
	.questions = rename_questions,
	.done = "Label changed.",
	.tell = tell_renamed,
	.flags = JOB_LABEL,
};

static const struct question *const signed_questions[] = {
	&ask_usage, &ask_signed_key, &ask_digest, &ask_label, &ask_cn,    &ask_ou, &ask_o,
	&ask_l,     &ask_st,         &ask_c,      &ask_days,  &ask_names, NULL
};
const struct job job_signed = {
	.op = &op_cert_create,
	.questions = signed_questions,
	.prepare = job_signed_by_label,
	.done = "Certificate created.",
	.flags = JOB_WORKS,
};

static const struct question *const renewal_questions[] = { &ask_request_file, NULL };
const struct job job_renewal = {
	.op = &op_csr_renew,
	.questions = renewal_questions,
	.done = "Certificate request created.",
	.flags = JOB_LABEL | JOB_WORKS,
};

const struct job job_request_key = {
	.op = &op_csr_show,
	.tell = tell_key,
	.flags = JOB_LABEL,
};

const struct job job_request_export = {
	.op = &op_csr_export,
	.questions = renewal_questions,
	.done = "Certificate request exported.",
	.flags = JOB_LABEL,
};

const struct job job_request_delete = {
	.op = &op_csr_delete,
	.questions = delete_questions,
	.done = "Certificate request and key deleted.",
	.flags = JOB_LABEL | JOB_BACK,
};

const struct job job_request_rename = {
	.op = &op_csr_rename,
	.questions = rename_questions,
	.done = "Label changed.",
	.tell = tell_renamed,
	.flags = JOB_LABEL,
};
