/** Given names for buildings, as BDG2 gives them. */
export const givenNames: readonly string[] = (
  'Nora Ada Alan Alma Amos Anna Arlo Asa Aurora Basil Beatrix Bela Bess Blaise Bram Bruno Calla Carl Cecil Celia Clara ' +
  'Claude Conrad Cora Cyrus Dora Dora-May Edda Edgar Edith Elias Elin Elsa Emil Emmy Enid Enzo Erik Esther Ethel Eva ' +
  'Felix Fern Flora Floyd Frances Frieda Gail George Gilda Grace Greta Guido Gus Hal Hanna Hazel Hedy Heinz Helga ' +
  'Henri Hilda Hugo Ida Igor Ilse Inez Ingrid Ira Iris Isaac Ivan Ivo Jana Jane Jens Joan Jonas Josef Joyce Judith ' +
  'Jules Karin Karl Kate Kurt Lars Laura Lena Leo Leona Lev Lilian Linus Liv Lois Lorenz Lotte Louis Lucia Luise ' +
  'Mabel Magda Malte Marie Mark Marta Max Maya Mia Mira Moritz Myra Nadia Nell Nils Nina Noah Odette Olaf Olga Oliver ' +
  'Opal Oscar Otis Otto Paula Pearl Per Petra Philip Pia Quinn Rachel Ralf Ramona Rita Robert Rosa Rose Ruben Ruth ' +
  'Sally Samuel Sara Selma Sigrid Silas Silvia Simon Sofia Stella Sven Tessa Theo Thora Tilda Tobias Tora Ulla Ulrich ' +
  'Una Ursula Valerie Vera Victor Viola Viktoria Wanda Werner Willa Wilma Winston Xenia Yara Yvonne Zelda Zoe'
)
  .split(' ')
  .map((name) => name.replace('-', ''));
