using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Foreman.Compare.Model;

/// <summary>Chance from a seed: the same seed and words always give the same number, so that a run can be repeated and two runs can be compared.</summary>
internal static class Draw
{
    /// <summary>A number from 0 to 1, 1 excluded.</summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="what">What is drawn, and where in the run.</param>
    internal static double Unit(int seed, string what)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{what}"));
        return BinaryPrimitives.ReadUInt64LittleEndian(hash) / (double)ulong.MaxValue * 0.999999999;
    }
}
