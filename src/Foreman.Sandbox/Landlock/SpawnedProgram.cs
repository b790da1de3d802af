using System.Runtime.InteropServices;

namespace Foreman.Sandbox.Landlock;

/// <summary>
/// A program that is ready to be started: everything is allocated before, since the thread that starts it may by then touch no file.
/// It starts in a session of its own, with the signals as a shell expects them.
/// </summary>
internal sealed unsafe partial class SpawnedProgram : IDisposable
{
    // posix_spawnattr_t has 336 bytes with both C libraries; signal sets have 128.
    private const int AttributesSize = 1024;
    private const int SignalSetSize = 256;
    private const short DefaultSignals = 0x04;
    private const short SignalMask = 0x08;
    private const short NewSession = 0x80;

    private readonly List<nint> _texts = [];
    private readonly byte* _path;
    private readonly byte** _arguments;
    private readonly byte** _environment;
    private readonly void* _attributes;

    /// <param name="command">Absolute path of the program, and its arguments.</param>
    /// <param name="environment">Its whole environment.</param>
    internal SpawnedProgram(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        _path = Text(command[0]);
        _arguments = Texts(command);
        _environment = Texts([.. environment.Select(v => $"{v.Key}={v.Value}")]);
        _attributes = NativeMemory.AllocZeroed(AttributesSize);
        var signals = stackalloc byte[SignalSetSize];
        new Span<byte>(signals, SignalSetSize).Clear();
        _ = InitAttributes(_attributes);
        _ = SetMask(_attributes, signals);
        _ = FillSignals(signals);
        _ = SetDefault(_attributes, signals);
        _ = SetFlags(_attributes, DefaultSignals | SignalMask | NewSession);
    }

    /// <summary>Starts it.</summary>
    /// <param name="process">Its number.</param>
    /// <returns>0 or the error number.</returns>
    internal int Start(out int process) => Spawn(out process, _path, null, _attributes, _arguments, _environment);

    /// <summary>Calls what <see cref="Start"/> calls, without effect: it resolves the functions while files can be read.</summary>
    internal static void WarmUp()
    {
        var nothing = stackalloc byte*[1] { null };
        var path = stackalloc byte[1] { 0 };
        _ = Spawn(out _, path, null, null, nothing, nothing);
    }

    public void Dispose()
    {
        _ = DestroyAttributes(_attributes);
        NativeMemory.Free(_attributes);
        NativeMemory.Free(_arguments);
        NativeMemory.Free(_environment);
        _texts.ForEach(Marshal.FreeCoTaskMem);
    }

    private byte* Text(string text)
    {
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        _texts.Add(copy);
        return (byte*)copy;
    }

    private byte** Texts(IReadOnlyList<string> texts)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            array[i] = Text(texts[i]);
        }

        return array;
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int Spawn(out int process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefault(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSignals(void* signals);
}
