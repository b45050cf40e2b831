# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed beside the manual.
dist_doc_DATA += %D%/RELIABILITY
