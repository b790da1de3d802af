using System.Globalization;
using System.Runtime.InteropServices;
using Foreman.Sandbox.Landlock;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Sandbox.SystemCalls;

/// <summary>The filter of commands with namespaces of their own, in memory that stays for the life of this process: bubblewrap reads it from a descriptor.</summary>
internal static class FilterFile
{
    private static readonly Lazy<SafeFileHandle> Memory = new(Make);

    /// <summary>A path by which processes of the same user open it, each at its beginning.</summary>
    /// <exception cref="CageException">There is no filter for this processor, or no memory.</exception>
    internal static string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{Memory.Value.DangerousGetHandle()}");

    private static SafeFileHandle Make()
    {
        var filter = SystemCallFilter.Bytes(SystemCallFilter.ForNamespaces(RuntimeInformation.ProcessArchitecture));
        var memory = Kernel.MemoryFile() ?? throw new CageException($"the filter of system calls can't be stored: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        RandomAccess.Write(memory, filter, 0);
        return memory;
    }
}
