#!/usr/bin/python3
# vault.py: an example: secrets, a pool and an encrypted volume from Python, in a folder.
# SPDX-License-Identifier: LGPL-2.1-or-later
import sys

import gi

gi.require_version("Coffer", "0")
from gi.repository import Coffer, GLib  # noqa: E402

SECRET = """
<secret ephemeral='no' private='no'>
  <description>made from Python</description>
  <usage type='volume'><volume>{volume}</volume></usage>
</secret>"""
POOL = """
<pool type='dir'>
  <name>python</name>
  <target><path>{folder}/pool</path></target>
</pool>"""
VOLUME = """
<volume>
  <name>disk.img</name>
  <capacity unit='MiB'>16</capacity>
  <allocation>0</allocation>
  <target>
    <format type='raw'/>
    <encryption format='luks'><secret type='passphrase' uuid='{secret}'/></encryption>
  </target>
</volume>"""


def main(folder):
    connection = Coffer.Connection.open(f"coffer:///embed?root={folder}/root")

    xml = SECRET.format(volume=f"{folder}/pool/disk.img")
    secret = connection.define_secret(xml, Coffer.DefineFlags.VALIDATE)
    secret.generate_value()
    for found in connection.list_secrets(Coffer.SecretListFlags.ALL):
        print("secret", found.get_uuid(), found.get_description())

    pool = connection.define_pool(POOL.format(folder=folder), Coffer.DefineFlags.NONE)
    pool.start(Coffer.PoolStartFlags.BUILD, Coffer.PoolBuildFlags.NONE)
    volume = pool.create_volume(VOLUME.format(secret=secret.get_uuid()),
                                Coffer.VolumeCreateFlags.NONE)
    _, info = volume.get_info()
    print("volume", volume.get_name(), Coffer.size_format(info.capacity))
    print("needed by", *secret.list_uses())

    # Errors are GLib's, with one domain and codes that mean one thing each.
    try:
        secret.undefine(Coffer.SecretUndefineFlags.NONE)
    except GLib.Error as error:
        print("in use:", error.matches(Coffer.error_quark(), Coffer.Error.IN_USE))

    # A value is a Coffer.Bytes: in locked memory, until it is asked for as Python's bytes.
    print("value has", len(secret.get_value().get_data()), "bytes")


if __name__ == "__main__":
    main(sys.argv[1])
