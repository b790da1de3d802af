using System.Runtime.InteropServices;

namespace Foreman.Sandbox;

/// <summary>The keyring that a process inherits from the one that starts it, with the right to read the keys in it; no namespace confines it.</summary>
internal static partial class SessionKeyring
{
    private const int JoinSession = 1;
    private const int NotPermitted = 1;
    private const int NoSystemCall = 38;

    // A keyring belongs to a thread, and a process inherits that of the thread which starts it.
    [ThreadStatic]
    private static bool _isEmpty;

    /// <summary>Gives the calling thread, and so what it starts, an empty one.</summary>
    /// <exception cref="CageException">The kernel has none left for this user.</exception>
    public static void MakeEmpty()
    {
        if (_isEmpty || !OperatingSystem.IsLinux())
        {
            return;
        }

        // Where the call is refused it is refused to the command too.
        if (SystemCall(Number, JoinSession, 0) < 0 && Marshal.GetLastPInvokeError() is var error and not (NotPermitted or NoSystemCall))
        {
            throw new CageException($"an empty session keyring can't be made: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        _isEmpty = true;
    }

    private static nint Number => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 219 : 250;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint operation, nint name);
}
