using CsCheck;
using NUnit.Framework;

namespace Versioning.Tests.Properties;

/// <summary>The same samples in every run, so that a test that failed fails again.</summary>
internal static class Seeded
{
    internal static void SampleSeeded<T>(this Gen<T> gen, Action<T> check, int iterations)
    {
        for (uint i = 0; i < iterations; i++)
        {
            T sample = gen.Generate(new PCG(i, 20_251_124), null, out _);
            try
            {
                check(sample);
            }
            catch (Exception e) when (e is not ResultStateException)
            {
                throw new InvalidOperationException($"Sample {i} of {iterations}, {Show(sample)}: {e.Message}", e);
            }
        }
    }

    private static string Show<T>(T sample) => sample is byte[] bytes ? Convert.ToHexString(bytes) : $"{sample}";
}
