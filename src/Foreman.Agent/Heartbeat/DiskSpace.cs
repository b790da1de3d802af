namespace Foreman.Agent.Heartbeat;

/// <summary>Free space of folders.</summary>
internal static class DiskSpace
{
    /// <summary>Each folder with the bytes that this user can still write there; one that can't be looked at is left out.</summary>
    public static IReadOnlyList<(string Folder, long Bytes)> Free(IEnumerable<string> folders)
    {
        var free = new List<(string, long)>();
        foreach (var folder in folders)
        {
            try
            {
                free.Add((folder, new DriveInfo(folder).AvailableFreeSpace));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // What can't be looked at is no reason to refuse work; a run that fails will tell.
            }
        }

        return free;
    }
}
