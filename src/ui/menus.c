/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All screens and their lines, in gskkyman's words and order. */
#include "ui/menu-jobs.h"

#define ENTER_OPTION "Enter option number (press ENTER to return to previous menu):"

static const struct menu_line key_lines[] = {
	{ "1", "Show certificate information", &job_certificate, NULL },
	{ "2", "Show key information", &job_key, NULL },
	{ "3", "Set key as default", &job_default, NULL },
	{ "4", "Set certificate trust status", &job_trust, NULL },
	{ "5", "Copy certificate and key to another database", &job_copy, NULL },
	{ "6", "Export certificate to a file", &job_export, NULL },
	{ "7", "Export certificate and key to a file", &job_export_key, NULL },
	{ "8", "Delete certificate and key", &job_delete_key, NULL },
	{ "9", "Change label", &job_rename, NULL },
	{ "10", "Create a signed certificate and key", &job_signed, NULL },
	{ "11", "Create a certificate renewal request", &job_renewal, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct label_list keys = { .title = "Key and Certificate List", .keys = true };
static const struct screen screen_key = {
	.title = "Key and Certificate Menu",
	.head = menu_put_label,
	.lines = key_lines,
	.prompt = ENTER_OPTION,
	.list = &keys,
};

static const struct menu_line certificate_lines[] = {
	{ "1", "Show certificate information", &job_certificate, NULL },
	{ "2", "Set certificate trust status", &job_trust, NULL },
	{ "3", "Copy certificate to another database", &job_copy, NULL },
	{ "4", "Export certificate to a file", &job_export, NULL },
	{ "5", "Delete certificate", &job_delete, NULL },
	{ "6", "Change label", &job_rename, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct label_list certificates = { .title = "Certificate List" };
static const struct screen screen_certificate = {
	.title = "Certificate Menu",
	.head = menu_put_label,
	.lines = certificate_lines,
	.prompt = ENTER_OPTION,
	.list = &certificates,
};

static const struct menu_line request_lines[] = {
	{ "1", "Show key information", &job_request_key, NULL },
	{ "2", "Export certificate request to a file", &job_request_export, NULL },
	{ "3", "Delete certificate request and key", &job_request_delete, NULL },
	{ "4", "Change label", &job_request_rename, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct label_list requests = { .title = "Request List", .requests = true };
static const struct screen screen_request = {
	.title = "Request Menu",
	.head = menu_put_label,
	.lines = request_lines,
	.prompt = ENTER_OPTION,
	.list = &requests,
};

static const struct menu_line key_management_lines[] = {
	{ "1", "Manage keys and certificates", NULL, &screen_key },
	{ "2", "Manage certificates", NULL, &screen_certificate },
	{ "3", "Manage certificate requests", NULL, &screen_request },
	{ "4", "Create new certificate request", &job_request, NULL },
	{ "5", "Receive requested certificate or a renewal certificate", &job_receive, NULL },
	{ "6", "Create a self-signed certificate", &job_self_signed, NULL },
	{ "7", "Import a certificate", &job_import, NULL },
	{ "8", "Import a certificate and a private key", &job_import_key, NULL },
	{ "9", "Show the default key", &job_default_key, NULL },
	{ "10", "Store database password", &job_stash, NULL },
	{ "11", "Show database record length", &job_length, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct screen screen_key_management = {
	.title = "Key Management Menu",
	.head = menu_put_heads,
	.lines = key_management_lines,
	.prompt = ENTER_OPTION,
};

static const struct menu_line database_lines[] = {
	{ "1", "Create new database", &job_create, NULL },
	{ "1b", "Create new empty database", &job_create, NULL },
	{ "2", "Open database", &job_open, NULL },
	{ "3", "Change database password", &job_passwd, NULL },
	{ "4", "Change database record length", &job_set_length, NULL },
	{ "5", "Delete database", &job_delete_database, NULL },
	{ "6", "Create key parameter file", &job_parameters, NULL },
	{ "7", "Display certificate file (Binary or Base64 ASN.1 DER)", &job_show_file, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct screen screen_database = {
	.title = "Database Menu",
	.lines = database_lines,
	.prompt = "Enter option number:",
};
