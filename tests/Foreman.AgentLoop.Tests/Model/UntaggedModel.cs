using System.Buffers.Binary;
using System.Text;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Model;

/// <summary>
/// The tiny model with a vocabulary whose calls are JSON and nothing else. Its own tokens that begin and end a call carry a line feed and
/// the closing tag in the same piece, so that a grammar of JSON forbids them, and without them it can say nothing sensible. The weights
/// are the same, and a server's grammar is what it is for any model.
/// </summary>
internal static class UntaggedModel
{
    private const string Description = "general.description";

    private static readonly (string Tagged, string Plain)[] Tokens = [("\n{\"name\": \"", "{\"name\": \""), ("\"}}\n</tool_call>", "\"}}")];

    /// <summary>Writes it into a folder, under the name of the tiny model.</summary>
    internal static string Write(TempFolder folder)
    {
        Assert.SkipWhen(RealParts.Model.SkipReason is not null, RealParts.Model.SkipReason ?? "");
        var model = File.ReadAllBytes(RealParts.Model.Path!);
        var size = model.Length;
        foreach (var (tagged, plain) in Tokens)
        {
            var at = model.AsSpan().IndexOf(Field(tagged));
            Assert.True(at >= 0, $"the model has no token {tagged}");
            model = [.. model[..at], .. Field(plain), .. model[(at + Field(tagged).Length)..]];
        }

        var path = folder[Path.GetFileName(RealParts.Model.Path!)];
        File.WriteAllBytes(path, Padded(model, size - model.Length));
        return path;
    }

    /// <summary>A text as GGUF has it: its length, and its bytes.</summary>
    private static byte[] Field(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
        return [.. length, .. bytes];
    }

    /// <summary>The weights lie behind all texts and are aligned, so the description takes the room that has come free.</summary>
    private static byte[] Padded(byte[] model, int bytes)
    {
        var length = model.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Description)) + Description.Length + sizeof(uint);
        var text = BinaryPrimitives.ReadUInt64LittleEndian(model.AsSpan(length));
        BinaryPrimitives.WriteUInt64LittleEndian(model.AsSpan(length), text + (ulong)bytes);
        var end = length + sizeof(ulong) + (int)text;
        return [.. model[..end], .. Enumerable.Repeat((byte)' ', bytes), .. model[end..]];
    }
}
