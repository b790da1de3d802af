using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Probing;

/// <summary>Logs what a probe noticed: each note when it appears and when it is over, not at every probe.</summary>
internal sealed class ProbeNotes(ILogger logger)
{
    private HashSet<string> _logged = [];

    public void Log(IReadOnlyList<string> notes)
    {
        foreach (var note in notes.Where(n => !_logged.Contains(n)))
        {
            logger.ProbeNote(note);
        }

        foreach (var note in _logged.Where(n => !notes.Contains(n)))
        {
            logger.ProbeNoteGone(note);
        }

        _logged = [.. notes];
    }
}
