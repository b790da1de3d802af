using Foreman.Testing;

namespace Foreman.Probes.Tests.Support;

internal static class Scripts
{
    /// <summary>Writes a shell script that can be run by its path.</summary>
    public static string WriteScript(this TempFolder folder, string name, string body)
    {
        var path = folder.Write(name, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
