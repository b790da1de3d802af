using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Foreman.Coverage;

/// <summary>
/// What the runtime calls first in an instrumented program. Coverlet's own end of a process takes named mutexes, and a process that is killed
/// while it has one ends the next with SIGABRT; so each process writes a file of its own instead, under another name until it is whole.
/// </summary>
internal static class StartupHook
{
    /// <summary>Property of the program's runtimeconfig.json: coverlet's identifier of the instrumented programs.</summary>
    private const string Identifier = "Foreman.Coverage.Identifier";

    /// <summary>Property of the program's runtimeconfig.json: the folder of the files.</summary>
    private const string Folder = "Foreman.Coverage.Folder";

    public static void Initialize()
    {
        var (identifier, folder) = ((string)AppContext.GetData(Identifier)!, (string)AppContext.GetData(Folder)!);
        var name = Path.Combine(folder, $"{Environment.ProcessId}-{Guid.NewGuid():n}");
        var modules = new Dictionary<Assembly, (string Path, FieldInfo Hits)>();
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Take(loaded.LoadedAssembly, identifier, name, modules);

        foreach (var loaded in AppDomain.CurrentDomain.GetAssemblies())
        {
            Take(loaded, identifier, name, modules);
        }

        // Subscribed before coverlet's handlers, so called before them.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Write(name, modules);
    }

    private static void Take(Assembly assembly, string identifier, string name, Dictionary<Assembly, (string Path, FieldInfo Hits)> modules)
    {
        if (assembly.GetName().Name is not { } module || Tracker(assembly, $"{module}_{identifier}") is not { } tracker)
        {
            return;
        }

        var path = tracker.GetField("HitsFilePath")!;
        lock (modules)
        {
            if (modules.TryAdd(assembly, ((string)path.GetValue(null)!, tracker.GetField("HitsArray")!)))
            {
                path.SetValue(null, $"{name}-{module}");
                tracker.GetField("FlushHitFile")!.SetValue(null, false);
            }
        }
    }

    // Its name has dots, so that no look-up by a full name finds it.
    private static unsafe Type? Tracker(Assembly assembly, string name)
    {
        if (!assembly.TryGetRawMetadata(out var bytes, out var length))
        {
            return null;
        }

        var metadata = new MetadataReader(bytes, length);
        var found = metadata.TypeDefinitions.FirstOrDefault(t => metadata.StringComparer.Equals(metadata.GetTypeDefinition(t).Name, name));
        return found.IsNil ? null : assembly.ManifestModule.ResolveType(MetadataTokens.GetToken(found));
    }

    // A process that confined itself, or has no room, ends with its own exit code all the same.
    private static void Write(string name, Dictionary<Assembly, (string Path, FieldInfo Hits)> modules)
    {
        try
        {
            lock (modules)
            {
                HitsFile.Write(name + ".tmp", [.. modules.Values.Select(m => (m.Path, (int[])m.Hits.GetValue(null)!))]);
            }

            File.Move(name + ".tmp", name + ".hits");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its lines are not counted, as those of a killed process are not.
        }
    }
}
