using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Probing;

/// <summary>Logs what a probe noticed: each note when it appears, not at every probe.</summary>
internal sealed class ProbeNotes(ILogger logger)
{
    private HashSet<string> _logged = [];

    public void Log(IReadOnlyList<string> notes)
    {
        foreach (var note in notes.Where(n => !_logged.Contains(n)))
        {
            logger.ProbeNote(note);
        }

        _logged = [.. notes];
    }
}
