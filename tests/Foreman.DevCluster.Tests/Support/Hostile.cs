using System.Text;

namespace Foreman.DevCluster.Tests.Support;

/// <summary>Texts that are small and become large or deep for who reads them, and what reading them takes.</summary>
internal static class Hostile
{
    public static string Times(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    /// <summary>What a step allocates on this thread, in MiB.</summary>
    public static long Allocated(Action step)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        step();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (1024 * 1024);
    }
}
